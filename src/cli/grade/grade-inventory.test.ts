import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { gradeInventory } from './grade-inventory.ts';
import { ELEMENTS, STANDARDS } from './standards.data.ts';

const FULL: PackageSeed = {
  name: 'full',
  type: 'npm',
  key: '1',
  foundBy: 'npm-lock',
  purl: 'pkg:npm/full@1.0',
  locations: [{ path: '/package-lock.json', accessPath: '/package-lock.json' }],
  licenses: [{ value: 'MIT', expression: 'MIT', kind: 'declared', urls: [], locations: [] }],
  metadata: {
    kind: 'any',
    value: {
      maintainer: 'Ada <ada@example.org>',
      integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
    },
  },
};

const BARE: PackageSeed = { name: 'bare', version: '', type: 'odd', key: '2', rule: 'a guess' };

const OWN = { authors: [], tools: ['plimsoll'], isOwn: true };

function countLacking(standard: string, packages: readonly PackageSeed[]): Record<string, number> {
  const relationships = [{ kind: 'dependency-of', from: '1', to: '1' }] as const;
  const grades = gradeInventory(createInventory({ packages, relationships }), OWN);
  const grade = grades.find(({ id }) => id === standard);
  return Object.fromEntries(
    (grade?.elements ?? []).map(({ element, lacking }) => [element, lacking] as const),
  );
}

test('a complete component only lacks elements that the document does not declare', () => {
  assert.deepEqual(countLacking('ntia-2021', [FULL]), {
    supplier: 0,
    name: 0,
    version: 0,
    identifier: 0,
    dependencies: 0,
    author: 1,
    timestamp: 1,
  });
  assert.equal(countLacking('bsi-tr-03183-2', [FULL])['sha512'], 0);
});

test('a bare component lacks each element, with a reason for each', () => {
  const { supplier, version, identifier, dependencies } = countLacking('ntia-2021', [FULL, BARE]);
  assert.deepEqual([supplier, version, identifier, dependencies], [1, 1, 1, 0]);
  const grades = gradeInventory(createInventory({ packages: [BARE] }), 'untold');
  for (const { elements } of grades) {
    for (const { lacking, reasons, total } of elements) {
      assert.equal(
        reasons.reduce((sum, { count }) => sum + count, 0),
        lacking,
      );
      assert.ok(lacking <= total);
      assert.ok(reasons.every(({ why }) => why.length > 10));
    }
  }
});

test('the author and the creation time of the document can be declared', () => {
  const inventory = createInventory({
    packages: [FULL],
    target: {
      kind: 'directory',
      userInput: '.',
      name: '.',
      path: '.',
      supplier: 'Example, sbom@example.org',
    },
  });
  const grades = gradeInventory(inventory, {
    ...OWN,
    createdAt: '2026-11-25T00:00:00Z',
  });
  const document = grades
    .flatMap(({ elements }) => elements)
    .filter((each) => each.of === 'document');
  assert.ok(document.every(({ lacking }) => lacking === 0));
});

test('every element is required by a standard', () => {
  const asked = new Set(STANDARDS.flatMap(({ elements }) => elements.map(([id]) => id)));
  assert.deepEqual(
    ELEMENTS.filter((id) => !asked.has(id)),
    [],
  );
});
