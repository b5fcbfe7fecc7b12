import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { cpeList } from './read.ts';

function read(text: string, limits: Partial<Limits> = {}): DocumentContent {
  return cpeList.read(Buffer.from(text), {
    limits: { ...DEFAULT_LIMITS, ...limits },
    description: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' },
  });
}

describe('a list of CPEs', () => {
  it('has one package per line in either binding, besides comments and empty lines', () => {
    const { inventory } = read(
      '\ufeff# mine\n\ncpe:2.3:a:openssl:openssl:1.0.2:*:*:*:*:*:*:*\r\n  cpe:/a:gnu:c%2b%2b:1%3a2\n' +
        'cpe:2.3:a:x:y:-:*:*:*:*:*:*:*',
    );
    assert.deepEqual(
      inventory.packages.map(({ key, name, version, cpes }) => [key, name, version, cpes[0]?.cpe]),
      [
        ['3', 'openssl', '1.0.2', 'cpe:2.3:a:openssl:openssl:1.0.2:*:*:*:*:*:*:*'],
        ['4', 'c++', '1:2', 'cpe:2.3:a:gnu:c\\+\\+:1\\:2:*:*:*:*:*:*:*'],
        ['5', 'y', '', 'cpe:2.3:a:x:y:-:*:*:*:*:*:*:*'],
      ],
    );
    assert.deepEqual(inventory.problems, []);
  });

  it('drops and reports lines without a product', () => {
    const { inventory } = read('cpe:/a:b:c:1\nhello\ncpe:/a\ncpe:2.3:a:b\ncpe:/a:b:c:2');
    assert.equal(inventory.packages.length, 2);
    assert.deepEqual(
      inventory.problems.map(({ line }) => line),
      [2, 3, 4],
    );
  });

  it('is bounded, and an error if no line is a CPE', () => {
    const { inventory } = read('cpe:/a:b:c:1\ncpe:/a:b:c:2', { documentPackagesMax: 1 });
    assert.equal(inventory.problems[0]?.code, 'P_LIMIT');
    assert.throws(() => read('cpe:\n'), { code: 'E_DOCUMENT_INVALID' });
  });

  it('is recognized by its first line with content', () => {
    const recognizeText = (text: string) => cpeList.recognize(Buffer.from(text));
    assert.ok(recognizeText('# x\n\ncpe:/a:b:c') > 0);
    assert.equal(recognizeText('hello\ncpe:/a:b:c'), 0);
  });
});
