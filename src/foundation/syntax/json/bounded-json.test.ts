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

function readErrorCode(content: string): string {
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

  it('is rejected if it is too deep, before any value is created', () => {
    assert.equal(readErrorCode('[[[[]]]]'), 'E_LIMIT');
    assert.equal(readErrorCode('[[[['), 'E_LIMIT');
  });

  it('is rejected if it has too many values', () => {
    assert.equal(readErrorCode(`[${'{},'.repeat(9)}{}]`), 'E_LIMIT');
  });

  it('is rejected if it is too large', () => {
    assert.equal(readErrorCode(`"${'x'.repeat(200)}"`), 'E_LIMIT');
  });

  it('is rejected if it is malformed', () => {
    assert.equal(readErrorCode('{"a":'), 'E_DOCUMENT_INVALID');
    assert.equal(readErrorCode('"\u0000"'), 'E_DOCUMENT_INVALID');
  });

  it('may have brackets, commas and quotation marks in its strings', () => {
    const text = '[[[[,,,,,,,,,,,,\\"{{{{';
    assert.deepEqual(parse(JSON.stringify([text])), [text]);
  });

  it('may begin with a byte order mark or be UTF-16', () => {
    assert.equal(decodeDocument(Buffer.from('\ufeff{}')), '{}');
    assert.equal(decodeDocument(Buffer.from('\ufeff{}', 'utf16le')), '{}');
    assert.equal(decodeDocument(Buffer.from('{}')), '{}');
  });
});
