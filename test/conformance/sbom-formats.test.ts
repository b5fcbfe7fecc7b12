import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import licenseIds from 'spdx-license-ids/index.json' with { type: 'json' };
import { readInventory } from '../../src/assess/read-inventory.ts';
import { IDS_NOT_LISTED } from '../../src/document/cyclonedx/cyclonedx-license.data.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { Report } from '../../src/foundation/core/format.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { SAMPLE_REPORT, toReport } from '../support/sample-report.ts';
import { FormatChecker, writeAllDocuments } from './format-check.ts';
import { withFolder } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCorpusTargets } from './targets.ts';

/** A target of each kind; `npm run conformance -- formats` runs all targets. */
const QUICK = new RegExp(
  `^(${[
    'alpine-3\\.20',
    'debian-trixie-slim',
    'go-web-alpine',
    'polyglot-image',
    'python-mini',
    'rpm-rocky9',
    'rust-ledger',
  ].join('|')})$`,
);
const TOOL = { name: 'plimsoll', version: '0' };

const shared = findSharedMaterial();
const skip = shared === undefined ? SKIP_REASON : skipUnlessInstalled('xmllint');

type NamedReport = readonly [name: string, report: Report];

/** Returns reports of the corpus, and the sample report that contains some of everything. */
async function createReports(temporaryFolder: string): Promise<readonly NamedReport[]> {
  const { findings: _, ...inventoryOnly } = SAMPLE_REPORT;
  const list: NamedReport[] = [
    ['sample with findings', SAMPLE_REPORT],
    ['sample', inventoryOnly],
    ['sample with words of the user', withWords(inventoryOnly)],
  ];
  for (const { name, input } of listCorpusTargets(shared ?? '', temporaryFolder, QUICK)) {
    const inventory = await readInventory(input, { name, temporaryFolder, progress: SILENT });
    list.push([name, toReport({ tool: TOOL, inventory, configuration: {} })]);
  }
  assert.equal(list.length, 10);
  return list;
}

function withWords(report: Report): Report {
  const { inventory } = report;
  const target = { ...inventory.target, version: '2.1', supplier: 'Example <sbom@example.org>' };
  return { ...report, inventory: { ...inventory, target } };
}

suite('published formats', () => {
  test('every format and version is valid by its schema, and reproducible', {
    skip,
  }, async () => {
    await withFolder(async (folder) => {
      const checker = new FormatChecker(shared ?? '', folder);
      const schemas = new Set<string>();
      for (const [name, report] of await createReports(folder)) {
        const documents = writeAllDocuments(report);
        for (const { format, by, fault } of checker.check(report, documents)) {
          assert.equal(fault, '', `${name} as ${format}, ${by}`);
          schemas.add(by);
        }
        assert.deepEqual(writeAllDocuments(report), documents, name);
      }
      // Four of CycloneDX in JSON, three in XML, three of SPDX, and those of Syft, SARIF and
      // GitHub.
      assert.ok(schemas.size >= 13, [...schemas].join());
    });
  });

  test('detects an invalid document', { skip }, async () => {
    await withFolder(async (folder) => {
      const checker = new FormatChecker(shared ?? '', folder);
      const unlisted = {
        value: 'No-Such-License',
        expression: 'No-Such-License',
        kind: 'declared',
        urls: [],
        locations: [],
      } as const;
      const packages = SAMPLE_REPORT.inventory.packages.map((pkg) => ({
        ...pkg,
        licenses: [unlisted],
      }));
      const inventory = { ...SAMPLE_REPORT.inventory, packages };
      const faults = checker
        .check(toReport({ tool: TOOL, inventory, configuration: {} }))
        .filter(({ format, fault }) => format.startsWith('cyclonedx-json') && fault !== '');
      assert.equal(faults.length, 4);
    });
  });

  test('license identifiers missing from the schema are known', { skip }, () => {
    const text = readFileSync(join(shared ?? '', 'schemas', 'spdx.schema.json'), 'utf8');
    const { enum: listed } = JSON.parse(text) as { readonly enum: readonly string[] };
    const missing = licenseIds.filter((id) => !listed.includes(id));
    assert.deepEqual(missing.toSorted(compareText), [...IDS_NOT_LISTED].sort(compareText));
  });
});
