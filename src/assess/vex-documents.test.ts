import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../test/support/inventory.ts';
import {
  IMAGE,
  SAMPLE_FINDINGS,
  SAMPLE_REPORT,
  writeReport,
} from '../../test/support/sample-report.ts';
import { readVex } from '../document/vex/read-vex.ts';
import type { Decision, VexDocument } from '../foundation/core/decision.ts';
import type { Findings } from '../foundation/core/finding.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import type { TargetDescription } from '../foundation/core/target.ts';
import { formats } from '../report/output/formats.ts';
import { mergeDocuments } from '../vulnerability/decide/vex/merge-documents.ts';
import { decide } from './decide.ts';

const CARRIERS = ['openvex', 'csaf-vex@2.0', 'csaf-vex@2.1', 'cyclonedx-vex@1.4', 'cyclonedx-vex'];

const PACKAGES: readonly PackageSeed[] = ['a', 'b', 'c', 'd'].map((name) => ({
  key: name,
  name,
  type: 'deb',
  purl: `pkg:deb/debian/${name}@1%3A1.0?arch=amd64&distro=debian-12`,
  version: '1:1.0',
}));

const STATES: readonly Partial<Decision>[] = [
  { status: 'not_affected', justification: 'vulnerable_code_not_present' },
  { status: 'fixed' },
  { status: 'affected', effect: 'note', actionStatement: 'update' },
  { status: 'not_affected', effect: 'suggestion', justification: 'component_not_present' },
];

function createTargetInventory(target: TargetDescription): Inventory {
  return createInventory({ packages: PACKAGES, target });
}

const [TEMPLATE] = SAMPLE_FINDINGS.findings;

function createDecision(more: Partial<Decision> = {}): Decision {
  const frame = { kind: 'vex', author: 'me', source: 's', trace: [], reason: 'because' } as const;
  return { ...frame, effect: 'set-aside', status: 'affected', ...more };
}

function createFindings(decisions: readonly Partial<Decision>[] = []): Findings {
  const findings = PACKAGES.map(({ key }, index) => ({
    ...(TEMPLATE ?? assert.fail()),
    packageKey: key ?? '',
    id: `CVE-2025-100${index}`,
    aliases: [`GHSA-0000-0000-000${index}`],
    matches: [],
  }));
  const decided = findings.map((finding, index) => ({
    finding,
    decisions: [createDecision(decisions[index])],
  }));
  const base = { ...SAMPLE_FINDINGS, ignored: [], alerts: [] };
  return decisions.length === 0
    ? { ...base, findings }
    : { ...base, findings: [], dispositioned: decided };
}

function writeDocument(carrier: string, inventory: Inventory): readonly VexDocument[] {
  const [id, version] = carrier.split('@');
  const format = formats.find((one) => one.id === id) ?? assert.fail(carrier);
  const report = { ...SAMPLE_REPORT, inventory, findings: createFindings(STATES) };
  const text = writeReport(format, report, version === undefined ? {} : { version });
  return readVex(Buffer.from(text), { limits: DEFAULT_LIMITS, origin: carrier });
}

function apply(documents: readonly VexDocument[], inventory: Inventory): Findings {
  return decide(createFindings(), inventory, {
    filters: { ignoredStates: [] },
    ignoreFiles: [],
    vexDocuments: documents,
    isDerived: false,
  });
}

function listStates({ findings, dispositioned = [] }: Findings): readonly string[] {
  return [
    ...findings.map(({ packageKey, decisions }) => [packageKey, decisions?.[0]] as const),
    ...dispositioned.map((one) => [one.finding.packageKey, one.decisions[0]] as const),
  ]
    .map(([key, decision]) =>
      [key, decision?.effect, decision?.status, decision?.justification ?? '-'].join(' '),
    )
    .toSorted();
}

const SAME = [
  'a set-aside not_affected vulnerable_code_not_present',
  'b set-aside fixed -',
  'c note affected -',
  'd note under_investigation -',
];

const NAMED: TargetDescription = {
  ...IMAGE,
  repoDigests: [`example.com/app@${IMAGE.manifestDigest}`],
};
const OTHER: TargetDescription = {
  ...IMAGE,
  manifestDigest: `sha256:${'8'.repeat(64)}`,
  imageId: `sha256:${'9'.repeat(64)}`,
};

suite('VEX documents of this program', () => {
  for (const carrier of CARRIERS) {
    test(`${carrier}: have the same effect when they are read, with or without a registry`, () => {
      for (const target of [IMAGE, NAMED]) {
        const inventory = createTargetInventory(target);
        assert.deepEqual(listStates(apply(writeDocument(carrier, inventory), inventory)), SAME);
      }
    });

    test(`${carrier}: apply to the image that they are about, and to no other`, () => {
      const documents = writeDocument(carrier, createTargetInventory(NAMED));
      const { findings, dispositioned, alerts } = apply(documents, createTargetInventory(OTHER));
      assert.equal(findings.length, PACKAGES.length);
      assert.deepEqual(dispositioned, []);
      assert.match(alerts[0]?.message ?? '', /the subcomponent matches, but/);
    });

    test(`${carrier}: are merged without loss`, () => {
      const inventory = createTargetInventory(IMAGE);
      const { document, conflicts } = mergeDocuments(writeDocument(carrier, inventory));
      assert.deepEqual(conflicts, []);
      assert.deepEqual(listStates(apply([document], inventory)), SAME);
    });
  }

  test('for a directory identify it by name and version', () => {
    const target = { kind: 'directory', userInput: 'x', name: 'shop', path: 'x' } as const;
    const inventory = createTargetInventory({ ...target, version: '2' });
    for (const carrier of ['openvex', 'csaf-vex@2.0']) {
      assert.deepEqual(listStates(apply(writeDocument(carrier, inventory), inventory)), SAME);
    }
  });
});
