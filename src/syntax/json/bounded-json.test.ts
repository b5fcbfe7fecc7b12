import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UserError } from '../../core/error.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { decodeDocument, parseBoundedJson } from './bounded-json.ts';

const LIMITS = {
  ...DEFAULT_LIMITS,
  documentDepthMax: 3,
  documentValuesMax: 10,
  documentBytesMax: 200,
};

function parse(content: string | Uint8Array): unknown {
  return parseBoundedJson(Buffer.from(content as string), { subject: 'It', limits: LIMITS });
}

function codeOf(content: string): string {
  let code = 'none';
  assert.throws(
    () => parse(content),
    (error: UserError) => {
      code = error.code;
      return true;
    },
  );
  return code;
}

describe('a bounded JSON document', () => {
  it('is parsed up to its limits', () => {
    assert.deepEqual(parse('[[[1,2]]]'), [[[1, 2]]]);
  });

  it('is refused where it is too deep, before anything is made of it', () => {
    assert.equal(codeOf('[[[[]]]]'), 'E_LIMIT');
    assert.equal(codeOf('[[[['), 'E_LIMIT');
  });

  it('is refused where it has too many values', () => {
    assert.equal(codeOf(`[${'{},'.repeat(9)}{}]`), 'E_LIMIT');
  });

  it('is refused where it is too large', () => {
    assert.equal(codeOf(`"${'x'.repeat(200)}"`), 'E_LIMIT');
  });

  it('is refused where it is not well formed', () => {
    assert.equal(codeOf('{"a":'), 'E_DOCUMENT_INVALID');
    assert.equal(codeOf('"\u0000"'), 'E_DOCUMENT_INVALID');
  });

  it('may have brackets, commas and quotation marks in its texts', () => {
    const text = '[[[[,,,,,,,,,,,,\\"{{{{';
    assert.deepEqual(parse(JSON.stringify([text])), [text]);
  });

  it('may begin with a byte order mark or be UTF-16', () => {
    assert.equal(decodeDocument(Buffer.from('\ufeff{}')), '{}');
    assert.equal(decodeDocument(Buffer.from('\ufeff{}', 'utf16le')), '{}');
    assert.equal(decodeDocument(Buffer.from('{}')), '{}');
  });
});
