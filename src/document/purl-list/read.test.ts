import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DocumentContent } from '../../core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
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
  it('has one package a line, besides comments and empty lines', () => {
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

  it('loses the bad lines only, and says which', () => {
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

  it('is bounded in its packages', () => {
    const { inventory } = read('pkg:npm/a@1\npkg:npm/b@1\npkg:npm/c@1', { documentPackagesMax: 2 });
    assert.equal(inventory.packages.length, 2);
    assert.equal(inventory.problems[0]?.code, 'P_LIMIT');
  });

  it('is an error where no line is a package URL', () => {
    assert.throws(() => read('pkg:\n'), { code: 'E_DOCUMENT_INVALID' });
  });

  it('is recognised by its first line that says something', () => {
    const sureness = (text: string) => purlList.recognize(Buffer.from(text)) > 0;
    assert.ok(sureness('# list\n\npkg:npm/a@1'));
    assert.ok(!sureness('hello\npkg:npm/a@1'));
    assert.ok(!sureness(''));
  });
});
