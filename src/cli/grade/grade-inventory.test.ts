import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { type ElementGrade, gradeInventory } from './grade-inventory.ts';
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

function gradeOne(
  standard: string,
  packages: readonly PackageSeed[],
  about: Parameters<typeof gradeInventory>[1] = OWN,
): ReadonlyMap<string, ElementGrade> {
  const relationships = [{ kind: 'dependency-of', from: '1', to: '1' }] as const;
  const grades = gradeInventory(createInventory({ packages, relationships }), about);
  const { elements = [] } = grades.find(({ id }) => id === standard) ?? {};
  return new Map(elements.map((each) => [each.element, each]));
}

function countLacking(standard: string, packages: readonly PackageSeed[]): Record<string, number> {
  const elements = [...gradeOne(standard, packages)];
  return Object.fromEntries(elements.map(([element, { lacking }]) => [element, lacking]));
}

test('a complete component only lacks the file name, from which a lock file is exempt', () => {
  assert.deepEqual(countLacking('ntia-2021', [FULL]), {
    supplier: 0,
    name: 0,
    version: 0,
    identifier: 0,
    dependencies: 0,
    'author-or-tool': 0,
    timestamp: 1,
  });
  assert.equal(countLacking('cisa-2025', [FULL])['author'], 1);
  const bsi = gradeOne('bsi-tr-03183-2', [FULL]);
  assert.deepEqual([bsi.get('sha512')?.lacking, bsi.get('sha512')?.total], [0, 1]);
  assert.deepEqual([bsi.get('file-name')?.lacking, bsi.get('file-name')?.total], [0, 0]);
});

test('a bare component lacks each element, with a reason for each', () => {
  const { supplier, version, identifier, dependencies } = countLacking('ntia-2021', [FULL, BARE]);
  assert.deepEqual([supplier, version, identifier, dependencies], [1, 1, 1, 0]);
  const grades = gradeInventory(createInventory({ packages: [BARE] }), 'untold');
  for (const { elements } of grades) {
    for (const { lacking, reasons, total } of elements) {
      const missing = reasons.filter(({ next }) => next !== undefined);
      assert.equal(
        missing.reduce((sum, { count }) => sum + count, 0),
        lacking,
      );
      assert.ok(lacking <= total);
      assert.ok(reasons.every(({ why }) => why.length > 10));
    }
  }
});

test('a value that is stated to be unknown is only missing for standards that do not accept it', () => {
  const stated = { ...OWN, declaresUnknowns: true } as const;
  const cisa = gradeOne('cisa-2025', [FULL, BARE], stated);
  assert.deepEqual([cisa.get('hash')?.lacking, cisa.get('hash')?.unknown], [0, 1]);
  assert.deepEqual([cisa.get('supplier')?.lacking, cisa.get('supplier')?.unknown], [0, 1]);
  assert.deepEqual([cisa.get('author')?.lacking, cisa.get('author')?.unknown], [1, 0]);
  const ntia = gradeOne('ntia-2021', [FULL, BARE], stated);
  assert.deepEqual([ntia.get('supplier')?.lacking, ntia.get('supplier')?.unknown], [1, 0]);
  const silent = gradeOne('cisa-2025', [FULL, BARE]);
  assert.deepEqual([silent.get('hash')?.lacking, silent.get('hash')?.unknown], [1, 0]);
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
    context: 'post-build',
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
