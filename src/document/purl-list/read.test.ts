import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { purlList } from './read.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: 'a',
  name: 'a',
  path: 'a',
  origin: 'file',
} as const;

function read(text: string, limits: Partial<Limits> = {}): DocumentContent {
  return purlList.read(Buffer.from(text), {
    limits: { ...DEFAULT_LIMITS, ...limits },
    description: DESCRIPTION,
  });
}

describe('a list of package URLs', () => {
  it('has one package per line, besides comments and empty lines', () => {
    const { inventory } = read('\ufeff# mine\n\n  pkg:npm/a@1  \r\npkg:npm/b@2\n');
    assert.deepEqual(
      inventory.packages.map(({ key, name, purl }) => [key, name, purl]),
      [
        ['3', 'a', 'pkg:npm/a@1'],
        ['4', 'b', 'pkg:npm/b@2'],
      ],
    );
    assert.deepEqual(inventory.problems, []);
    assert.equal(inventory.target, DESCRIPTION);
  });

  it('drops and reports invalid lines only', () => {
    const { inventory } = read('pkg:npm/a@1\nhello\npkg:\n\0\npkg:npm/b@%ZZ\npkg:npm/c@1');
    assert.deepEqual(
      inventory.packages.map(({ name }) => name),
      ['a', 'c'],
    );
    assert.deepEqual(
      inventory.problems.map(({ code, line }) => [code, line]),
      [2, 3, 4, 5].map((line) => ['P_RECORD', line]),
    );
  });

  it('is limited in its packages', () => {
    const { inventory } = read('pkg:npm/a@1\npkg:npm/b@1\npkg:npm/c@1', { documentPackagesMax: 2 });
    assert.equal(inventory.packages.length, 2);
    assert.equal(inventory.problems[0]?.code, 'P_LIMIT');
  });

  it('is an error if no line is a package URL', () => {
    assert.throws(() => read('pkg:\n'), { code: 'E_DOCUMENT_INVALID' });
  });

  it('is recognized by its first line with content', () => {
    const isRecognized = (text: string) => purlList.recognize(Buffer.from(text)) > 0;
    assert.ok(isRecognized('# list\n\npkg:npm/a@1'));
    assert.ok(!isRecognized('hello\npkg:npm/a@1'));
    assert.ok(!isRecognized(''));
  });
});
