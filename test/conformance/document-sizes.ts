import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { cyclonedxJson } from '../../src/document/cyclonedx-json/write.ts';
import { writeReport } from '../support/sample-report.ts';
import { withFolder } from './score.ts';
import { listCorpusTargets } from './targets.ts';

/** Our document without our own properties has at most this many times the size of Syft's. */
export const SIZE_RATIO_MAX = 1.5;

/** Sizes of CycloneDX documents of one target in characters of compact JSON. */
export interface DocumentSizes {
  readonly name: string;
  readonly syft: number;
  /** Without our own properties, which Syft's documents have no equivalent for. */
  readonly bare: number;
  readonly reduced: number;
  readonly full: number;
}

const TOOL = { name: 'plimsoll', version: '0' };

/** Measures our documents of every recorded target and Syft's. */
export function measureDocuments(shared: string, only: RegExp): Promise<DocumentSizes[]> {
  return withFolder(async (folder) => {
    const sizes: DocumentSizes[] = [];
    for (const { name, input } of listCorpusTargets(shared, folder, only)) {
      const recorded = readFileSync(join(shared, 'corpus', 'expected', `${name}.cdx.json.zst`));
      const inventory = await readInventory(input, { name, temporaryFolder: folder });
      const [reduced, full] = [false, true].map((isFull): unknown =>
        JSON.parse(
          writeReport(cyclonedxJson, { tool: TOOL, inventory, configuration: {} }, { isFull }),
        ),
      );
      sizes.push({
        name,
        syft: measureJson(JSON.parse(zstdDecompressSync(recorded).toString('utf8'))),
        bare: measureJson(reduced, isForeignProperty),
        reduced: measureJson(reduced),
        full: measureJson(full),
      });
    }
    return sizes;
  });
}

interface NamedProperty {
  readonly name: string;
}

function isForeignProperty({ name }: NamedProperty): boolean {
  return !name.startsWith('plimsoll:');
}

function measureJson(
  document: unknown,
  isCounted: (property: NamedProperty) => boolean = () => true,
): number {
  return JSON.stringify(document, (name, value: unknown) =>
    name === 'properties' ? (value as readonly NamedProperty[]).filter(isCounted) : value,
  ).length;
}
