import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLE_REPORT, writeReport } from '../../../test/support/sample-report.ts';
import { chooseReader } from '../../document/choose-reader.ts';
import { documentWriters } from '../../document/writers.generated.ts';
import type { Report } from '../../foundation/core/format.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type Grade, gradeInventory } from './grade-inventory.ts';
import type { GradeContext } from './judge-element.ts';
import { createOwnFacts } from './print-grade.ts';

/** Formats that carry an author and a time; no version means the usual one. */
const FORMATS = [
  { id: 'cyclonedx-json' },
  { id: 'cyclonedx-json', version: '1.5' },
  { id: 'cyclonedx-xml' },
  { id: 'spdx-json' },
  { id: 'spdx-json', version: '2.2' },
  { id: 'spdx-json', version: '3.0' },
  { id: 'spdx-tag-value' },
  { id: 'json' },
] as const;

const { inventory: sample } = SAMPLE_REPORT;
const INVENTORY = {
  ...sample,
  target: { ...sample.target, supplier: 'Example Ltd, sbom@example.org' },
};
const REPORT: Report = { ...SAMPLE_REPORT, inventory: INVENTORY };

function summarize(grades: readonly Grade[]): object {
  return grades.map(({ id, elements }) => ({
    id,
    elements: elements.map(({ element, total, lacking, unknown }) => [
      element,
      { total, lacking, unknown },
    ]),
  }));
}

async function gradeDocument(id: string, version: string | undefined): Promise<Grade[]> {
  const loader = documentWriters.find((each) => each.id === id);
  assert.ok(loader, id);
  const text = writeReport(await loader.load(), REPORT, version === undefined ? {} : { version });
  const content = Buffer.from(text);
  const choice = chooseReader(content, DEFAULT_LIMITS);
  assert.ok(choice, id);
  const description = {
    kind: 'sbom',
    userInput: 'x',
    name: 'x',
    path: 'x',
    origin: 'file',
  } as const;
  const { inventory, about } = choice.reader.read(content, { limits: DEFAULT_LIMITS, description });
  assert.ok(about, id);
  return gradeInventory(inventory, { ...about, isOwn: false });
}

test('a target has the generation context that its document states, and a document has none', () => {
  for (const [kind, context] of [
    ['image', 'post-build'],
    ['directory', 'directory analysis'],
    ['file', 'file analysis'],
    ['sbom', undefined],
  ] as const) {
    const target = { ...sample.target, kind } as Inventory['target'];
    const facts = createOwnFacts({ target }, { reportTimestamp: undefined });
    assert.equal(facts.context, context);
    const [grade] = gradeInventory({ ...sample, target }, facts).filter(
      ({ id }) => id === 'cisa-2025',
    );
    const lacking = grade?.elements.find(({ element }) => element === 'context')?.lacking;
    assert.equal(lacking, context === undefined ? 1 : 0, kind);
  }
});

for (const { id, ...rest } of FORMATS) {
  const version = 'version' in rest ? rest.version : undefined;
  test(`${id} ${version ?? ''} has the grade of the inventory that it was written from`, async () => {
    const about: GradeContext['about'] = {
      authors: [],
      tools: ['plimsoll'],
      createdAt: '2026-11-25T00:00:00Z',
      context: 'post-build',
      declaresUnknowns: true,
      isOwn: true,
    };
    assert.deepEqual(
      summarize(await gradeDocument(id, version)),
      summarize(gradeInventory(INVENTORY, about)),
    );
  });
}
