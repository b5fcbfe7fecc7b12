import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { createGrypeStrategy } from '../../src/report/compat/grype/parity/grype-strategy.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { importRecordedDatabase } from './recorded-database.ts';
import { withFolder, writeReport } from './score.ts';

/** Documents that Syft wrote of each image, by the suffix of their names. */
const DOCUMENTS = ['syft', 'cdx', 'spdx'] as const;

const NOW = '2026-11-24T23:23:36Z';
const TOOL = { name: 'plimsoll', version: '0' };

/** Comparison of the findings for one document of a peer with Grype's for the same image. */
export interface PeerDocument {
  readonly name: string;
  readonly count: number;
  /** Found by only one of both, as `id name version`: SPDX does not contain all types. */
  readonly onlyGrype: readonly string[];
  readonly onlyOurs: readonly string[];
}

interface RecordedMatches {
  readonly matches: readonly {
    readonly vulnerability: { readonly id: string };
    readonly artifact: { readonly name: string; readonly version: string };
  }[];
}

/** Reads the recorded documents of the images, and matches them with the recorded database. */
export function comparePeerDocuments(
  shared: string,
  images: readonly string[],
): Promise<PeerDocument[]> {
  return withFolder(async (folder) => {
    mkdirSync(folder, { recursive: true });
    const databaseFolder = await importRecordedDatabase(shared, folder, NOW);
    using database = openDatabase(databaseFolder);
    const compared: PeerDocument[] = [];
    for (const image of images) {
      const expected = listKeys(JSON.parse(readRecorded(shared, `${image}.grype`)));
      for (const kind of DOCUMENTS) {
        const file = join(folder, 'document');
        writeFileSync(file, readRecorded(shared, `${image}.${kind}`));
        const actual = await listFindingKeys(file, { database, folder, now: NOW });
        compared.push({
          name: `${image}.${kind}`,
          count: actual.size,
          onlyGrype: subtractKeys(expected, actual),
          onlyOurs: subtractKeys(actual, expected),
        });
      }
    }
    return compared;
  });
}

export interface FindingKeyOptions {
  readonly database: AdvisoryDatabase;
  readonly folder: string;
  readonly now: string;
}

/** Finds vulnerabilities for a document, in Grype's spelling. */
export async function listFindingKeys(
  file: string,
  { database, folder, now }: FindingKeyOptions,
): Promise<ReadonlySet<string>> {
  const inventory = await readInventory(`sbom:${file}`, { temporaryFolder: folder });
  const findings = evaluate(inventory, database, { now, strategy: createGrypeStrategy() });
  const written = join(folder, 'findings.json');
  writeReport({ tool: TOOL, inventory, findings, configuration: {} }, 'grype-json', written, {
    isParity: true,
  });
  return listKeys(JSON.parse(readFileSync(written, 'utf8')));
}

function readRecorded(shared: string, name: string): string {
  const file = join(shared, 'corpus', 'expected', `${name}.json.zst`);
  return zstdDecompressSync(readFileSync(file)).toString('utf8');
}

/** Returns each as `id name version`: SPDX does not contain all types. */
export function listKeys({ matches }: RecordedMatches): ReadonlySet<string> {
  return new Set(
    matches.map(({ vulnerability: { id }, artifact: { name, version } }) =>
      [id, name, version].join(' '),
    ),
  );
}

/** Returns the elements of one set that the other lacks, sorted. */
export function subtractKeys(from: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...from].filter((key) => !other.has(key)).sort(compareText);
}
