import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { openDatabase } from '../../src/advisory/open-database.ts';
import { compareText } from '../../src/core/digest.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { evaluate } from '../../src/scan/evaluate.ts';
import { readInventory } from '../../src/scan/scan.ts';
import { CARRIERS, type Carrier } from '../support/written-documents.ts';
import { importedDatabase } from './recorded-database.ts';
import { withFolder, writeReport } from './score.ts';
import { caseTargets, corpusTargets, type RecordedTarget } from './targets.ts';

const NOW = '2026-11-24T23:23:36Z';
const TOOL = { name: 'plimsoll', version: '0' };

/** The findings of one target by way of one format, as the lines of a document. */
export interface Detour {
  readonly name: string;
  readonly format: Carrier;
  readonly direct: readonly string[];
  readonly detour: readonly string[];
  /** Whether the document is written again with the same bytes. */
  readonly isWrittenEqual: boolean;
}

/** Scans every target, and each document that can be written of it. */
export function takeDetours(shared: string, only: RegExp): Promise<Detour[]> {
  return withFolder(async (folder) => {
    const database = await importedDatabase(shared, folder, NOW);
    const detours: Detour[] = [];
    for (const target of corpusTargets(shared, folder, only)) {
      detours.push(...(await detoursOf(target, folder, database)));
    }
    return detours;
  });
}

async function detoursOf(
  target: RecordedTarget,
  folder: string,
  databaseFolder: string,
): Promise<Detour[]> {
  const inventory = await readInventory(target.input, { temporaryFolder: folder });
  const direct = findingLines(inventory, { folder, databaseFolder });
  const detours: Detour[] = [];
  for (const format of CARRIERS) {
    // The name tells nothing, so that the content has to.
    const file = join(folder, `${target.name}.document`);
    writeDocument(inventory, format, file);
    const read = await readInventory(`sbom:${file}`, { temporaryFolder: folder });
    const again = `${file}.again`;
    writeDocument(read, format, again);
    detours.push({
      name: target.name,
      format,
      direct,
      detour: findingLines(read, { folder, databaseFolder }),
      isWrittenEqual: readFileSync(file).equals(readFileSync(again)),
    });
  }
  return detours;
}

function writeDocument(inventory: Inventory, carrier: Carrier, file: string): void {
  writeReport({ tool: TOOL, inventory, configuration: {} }, carrier, file, false);
}

/** All lines of the findings but the one that says what was scanned. */
function findingLines(
  inventory: Inventory,
  { folder, databaseFolder }: { readonly folder: string; readonly databaseFolder: string },
): string[] {
  using database = openDatabase(databaseFolder);
  const findings = evaluate(inventory, database, { now: NOW });
  const file = join(folder, 'findings.json');
  writeReport({ tool: TOOL, inventory, findings, configuration: {} }, 'grype-json', file, false);
  const document: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  delete document['source'];
  return JSON.stringify(document, undefined, 1).split('\n');
}

/**
 * The packages of a list of package URLs: as we read them, and as Grype recorded those it found.
 */
export interface PurlPackages {
  readonly name: string;
  readonly distro: { readonly id: string; readonly version: string };
  readonly recordedVersion: string;
  readonly own: ReadonlyMap<string, object>;
  readonly recorded: ReadonlyMap<string, object>;
}

interface RecordedArtifact {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly language: string;
  readonly purl: string;
  readonly upstreams: readonly object[];
  readonly cpes: readonly string[];
}

interface RecordedAnswer {
  readonly distro: { readonly name: string; readonly version: string };
  readonly matches: readonly { readonly artifact: RecordedArtifact }[];
}

export function readPurlCases(shared: string): Promise<PurlPackages[]> {
  return withFolder(async (folder) => {
    mkdirSync(folder, { recursive: true });
    const cases = caseTargets(shared, folder)
      .filter(({ name }) => name.startsWith('purl-'))
      .sort((left, right) => compareText(left.name, right.name));
    const read: PurlPackages[] = [];
    for (const target of cases) {
      const inventory = await readInventory(target.input, { temporaryFolder: folder });
      const expected = join(shared, 'advisories', 'expected', `${target.name}.grype.json.zst`);
      const answer: RecordedAnswer = JSON.parse(
        zstdDecompressSync(readFileSync(expected)).toString('utf8'),
      );
      read.push({
        name: target.name,
        distro: { id: inventory.distro?.id ?? '', version: inventory.distro?.versionId ?? '' },
        recordedVersion: answer.distro.version,
        own: new Map(
          inventory.packages.map((each) => [
            each.purl,
            membersOf({ ...each, cpes: each.cpes.map(({ cpe }) => cpe) }),
          ]),
        ),
        recorded: new Map(
          answer.matches.map(({ artifact }) => [artifact.purl, membersOf(artifact)]),
        ),
      });
    }
    return read;
  });
}

function membersOf(artifact: RecordedArtifact): object {
  const { name, version, type, language, upstreams, cpes } = artifact;
  return { name, version, type, language, upstreams, cpes };
}
