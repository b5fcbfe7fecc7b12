import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from '../../src/assess/read-document.ts';
import { createEvidenceEdges } from '../../src/document/sbom/document-edge.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import type { OpenDocument } from '../../src/foundation/core/target.ts';
import { computePackageKey } from '../../src/foundation/identity/package-key.ts';
import { mergePackages } from '../../src/inventory/assemble/package-merge.ts';
import { sortEdges } from '../../src/inventory/assemble/relationship.ts';
import { SAMPLE_INVENTORY, SAMPLE_REPORT } from '../support/sample-report.ts';
import { CARRIERS, sampleDocument, writeCarrier } from '../support/written-documents.ts';
import { describeDifference, formatMatrix, readPurlCases, takeDetours } from './sbom-input.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

/** Small targets of each kind; `npm run conformance -- round-trips` runs all targets. */
const QUICK = /^(alpine-3\.20|wolfi-base|rpm-mariner2|python-mini)$/;
const QUICK_TARGETS = 4;
const shared = findSharedMaterial();
const skip = shared === undefined ? SKIP_REASON : false;

test('the findings of an image equal those of its SBOM in each supporting format', {
  skip,
}, async (t) => {
  const detours = await takeDetours(shared ?? '', QUICK, CARRIERS);
  t.diagnostic(formatMatrix(detours));
  const lost = detours.flatMap((detour) => describeDifference(detour) ?? []);
  assert.deepEqual(lost, []);
  assert.ok(detours.length >= QUICK_TARGETS * CARRIERS.length);
});

test('the sample inventory is unchanged after each format', () => {
  // Keys are recomputed from a document, so they must equal those of the packages.
  const packages = mergePackages(SAMPLE_INVENTORY.packages, (pkg) => ({
    ...pkg,
    key: computePackageKey(pkg),
  }));
  const keyByKey = new Map(
    SAMPLE_INVENTORY.packages.map((pkg) => [pkg.key, computePackageKey(pkg)]),
  );
  const toWrittenKey = (key: string): string => keyByKey.get(key) ?? key;
  const edges = SAMPLE_INVENTORY.relationships
    .filter(({ kind }) => kind !== 'evident-by')
    .map((edge) => ({
      ...edge,
      from: toWrittenKey(edge.from),
      ...('to' in edge ? { to: toWrittenKey(edge.to) } : {}),
    }));
  const relationships = sortEdges([...edges, ...createEvidenceEdges(packages)]);
  const inventory = { ...SAMPLE_INVENTORY, packages, relationships };
  const { findings: _, ...report } = SAMPLE_REPORT;
  for (const carrier of CARRIERS) {
    const content = sampleDocument(carrier, { ...report, inventory });
    const read = readDocument(createDocument(content), {
      limits: DEFAULT_LIMITS,
      progress: SILENT,
    });
    const again = sampleDocument(carrier, { ...report, inventory: read.inventory });
    assert.equal(again, content, carrier);
    assert.deepEqual(
      read.inventory.packages.map(({ name, version }) => [name, version]),
      packages.map(({ name, version }) => [name, version]),
      carrier,
    );
  }
});

test('a document without details is unchanged when written again', () => {
  for (const carrier of CARRIERS) {
    const content = writeCarrier(carrier);
    const read = readDocument(createDocument(content), {
      limits: DEFAULT_LIMITS,
      progress: SILENT,
    });
    const again = writeCarrier(carrier, { ...SAMPLE_REPORT, inventory: read.inventory });
    const { inventory } = readDocument(createDocument(again), {
      limits: DEFAULT_LIMITS,
      progress: SILENT,
    });
    assert.deepEqual(inventory, read.inventory, carrier);
  }
});

function createDocument(content: string): OpenDocument {
  return {
    description: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' },
    layers: [],
    problems: [],
    document: { content: Buffer.from(content) },
    close: async () => undefined,
  };
}

test('package URLs become the packages of the recorded answers', { skip }, async () => {
  const cases = await readPurlCases(shared ?? '');
  assert.deepEqual(
    cases.map(({ name, distro }) => [name, distro.id]),
    [
      ['purl-azurelinux3', 'azurelinux'],
      ['purl-bitnami', 'debian'],
      ['purl-rhel9', 'rhel'],
    ],
  );
  for (const { distro, recordedVersion, own, recorded } of cases) {
    assert.equal(distro.version, recordedVersion);
    assert.ok(recorded.size > 0);
    for (const [purl, artifact] of recorded) {
      assert.deepEqual(own.get(purl), artifact);
    }
  }
});
