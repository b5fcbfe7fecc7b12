import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readDocument } from '../../src/assess/read-document.ts';
import type { DocumentContent } from '../../src/foundation/core/document.ts';
import type { InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { createInventory } from '../support/inventory.ts';
import { CARRIERS, sampleDocument } from '../support/written-documents.ts';

/** Facts that a document can declare about a package in addition to its record. */
const TOLD = {
  supplier: { name: 'Exämple Ltd', email: 'sbom@example.org', isPerson: false },
  author: { name: 'Ada', email: 'ada@example.org', isPerson: true },
  description: 'Draws lines,\nof any kind',
  homepage: 'https://example.org/lines',
  digests: [{ algorithm: 'sha256', digits: 'ab'.repeat(32) }],
  file: { name: 'lines.whl', isExecutable: false, isArchive: true, isStructured: true },
} as const;

const INVENTORY = createInventory({
  packages: [
    {
      key: '0123456789abcdef',
      name: 'lines',
      version: '1',
      type: 'npm',
      purl: 'pkg:npm/lines@1',
      ...TOLD,
    },
  ],
});
const REPORT = {
  tool: { name: 'plimsoll', version: '1' },
  inventory: {
    ...INVENTORY,
    target: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' } as const,
  },
  timestamp: '2026-11-25T00:00:00Z',
  configuration: {},
};

function read(text: string): DocumentContent {
  const description = {
    kind: 'sbom',
    userInput: 'a',
    name: 'a',
    path: 'a',
    origin: 'file',
  } as const;
  return readDocument(
    {
      description,
      layers: [],
      problems: [],
      document: { content: Buffer.from(text) },
      close: async () => undefined,
    },
    { limits: DEFAULT_LIMITS, progress: SILENT },
  );
}

function pickDeclared({ inventory }: DocumentContent): Partial<InventoryPackage> {
  const [found] = inventory.packages.filter(({ name }) => name === 'lines');
  const { supplier, author, description, homepage, digests, file } = found ?? {};
  return { supplier, author, description, homepage, digests, file } as Partial<InventoryPackage>;
}

/** It cannot represent facts declared by another document, and reports that. */
const HOLDERS = CARRIERS.filter((carrier) => carrier !== 'syft-json');

/** Formats with standard fields for them that any program reads. */
const NATIVE = HOLDERS.filter((carrier) => /^(?:cyclonedx|spdx)/.test(carrier));

suite('facts declared by another document about a package', () => {
  for (const carrier of HOLDERS) {
    test(`are in ${carrier}, and read from it`, () => {
      assert.deepEqual(pickDeclared(read(sampleDocument(carrier, REPORT))), TOLD);
    });
  }

  for (const carrier of NATIVE) {
    test(`are in standard fields of ${carrier}`, () => {
      // Without our properties, any program could have written the document.
      const text = sampleDocument(carrier, REPORT).replaceAll('plimsoll:', 'other:');
      const { supplier, author, description, file, ...told } = pickDeclared(read(text));
      assert.deepEqual(told, { homepage: TOLD.homepage, digests: TOLD.digests });
      assert.equal(supplier?.name, TOLD.supplier.name);
      assert.equal(author?.name, TOLD.author.name);
      assert.equal(description, TOLD.description);
      // Only CycloneDX has properties with agreed names.
      assert.deepEqual(file, carrier.startsWith('cyclonedx') ? TOLD.file : undefined);
    });
  }

  for (const carrier of NATIVE) {
    test(`${carrier} includes author and time`, () => {
      const target = { ...REPORT.inventory.target, supplier: 'Example <sbom@example.org>' };
      const report = { ...REPORT, inventory: { ...REPORT.inventory, target } };
      const { about } = read(sampleDocument(carrier, report));
      assert.match(about?.authors.join(' ') ?? '', /Example.*sbom@example\.org/);
      assert.match(about?.tools.join(' ') ?? '', /plimsoll/);
      assert.equal(about?.createdAt, REPORT.timestamp);
    });
  }
});
