import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { decide } from '../../src/assess/decide.ts';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { measureCoverage } from '../../src/foundation/core/coverage.ts';
import type { Decision } from '../../src/foundation/core/decision.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { formats } from '../../src/report/output/formats.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { derivations } from '../../src/vulnerability/decide/derive/registry.generated.ts';
import { importRecordedDatabase } from './recorded-database.ts';
import { withFolder, writeReport } from './score.ts';
import { listCaseTargets, listCorpusTargets, type RecordedTarget } from './targets.ts';

const NOW = '2026-11-24T23:23:36Z';
const TOOL = { name: 'plimsoll', version: '0' };

/** The findings of one target after a round trip through one format, as lines of JSON. */
export interface Detour {
  readonly name: string;
  /** `FORMAT` or `FORMAT@VERSION`; ` --full` follows if it was written with all details. */
  readonly format: string;
  readonly direct: readonly string[];
  readonly detour: readonly string[];
  /** Whether writing the document again produces the same bytes. */
  readonly isWrittenEqual: boolean;
}

/** Scans every target, and each document that can be written of it. */
export function takeDetours(
  shared: string,
  only: RegExp,
  carriers: readonly string[],
): Promise<Detour[]> {
  return withFolder(async (folder) => {
    using database = openDatabase(await importRecordedDatabase(shared, folder, NOW));
    const detours: Detour[] = [];
    for (const target of listCorpusTargets(shared, folder, only)) {
      detours.push(...(await runDetours(target, { folder, database, carriers })));
    }
    return detours;
  });
}

interface Surroundings {
  readonly folder: string;
  readonly database: AdvisoryDatabase;
  readonly carriers: readonly string[];
}

async function runDetours(
  target: RecordedTarget,
  { folder, database, carriers }: Surroundings,
): Promise<Detour[]> {
  const inventory = await readInventory(target.input, { temporaryFolder: folder });
  const detours: Detour[] = [];
  for (const { carrier, isFull } of carriers.flatMap(listDetails)) {
    // The name has no type, so the content must determine it.
    const file = join(folder, `${target.name}.document`);
    writeDocument(inventory, carrier, { file, isFull });
    const read = await readInventory(`sbom:${file}`, { temporaryFolder: folder });
    const again = `${file}.again`;
    writeDocument(read, carrier, { file: again, isFull });
    const omitted = chooseOmitted(carrier, isFull);
    detours.push({
      name: target.name,
      format: hasDetails(carrier) && isFull ? `${carrier} --full` : carrier,
      direct: describeAssessment(inventory, database, omitted),
      detour: describeAssessment(read, database, omitted),
      isWrittenEqual: readFileSync(file).equals(readFileSync(again)),
    });
  }
  return detours;
}

/** Returns whether a format leaves out details by default. */
function hasDetails(carrier: string): boolean {
  return formats.some(
    ({ id, omittedDetails }) => carrier.startsWith(id) && omittedDetails !== undefined,
  );
}

function listDetails(carrier: string): readonly { carrier: string; isFull: boolean }[] {
  return (hasDetails(carrier) ? [true, false] : [true]).map((isFull) => ({ carrier, isFull }));
}

function writeDocument(
  inventory: Inventory,
  carrier: string,
  { file, isFull }: { readonly file: string; readonly isFull: boolean },
): void {
  const report = { tool: TOOL, inventory, configuration: {} };
  writeReport(report, carrier, file, { isParity: false, isFull });
}

/** Suggestions about files of the whole target, which only a document with all details has. */
const OF_ALL_FILES = listSources(derivations.filter(({ restsOn }) => restsOn === 'files'));

/** Syft's format does not state whether the programs outside of packages are listed. */
const OF_ALL_PROGRAMS = listSources(derivations.filter(({ id }) => id === 'interpreter-missing'));

function listSources(rules: typeof derivations): ReadonlySet<string> {
  return new Set(rules.map(({ id, version }) => `rule ${id} version ${version}`));
}

/** Returns the sources of the decisions that a document cannot support. */
function chooseOmitted(carrier: string, isFull: boolean): ReadonlySet<string> {
  if (!isFull) {
    return OF_ALL_FILES;
  }
  return carrier === 'syft-json' ? OF_ALL_PROGRAMS : new Set();
}

function omitDecisions(
  decisions: readonly Decision[],
  omitted: ReadonlySet<string>,
): readonly Decision[] | undefined {
  const rest = decisions.filter(({ source }) => !omitted.has(source));
  return rest.length === 0 ? undefined : rest;
}

/**
 * Returns everything about findings, including reasons and derivations, and about what was not
 * covered.
 */
function describeAssessment(
  inventory: Inventory,
  database: AdvisoryDatabase,
  omitted: ReadonlySet<string>,
): string[] {
  const findings = evaluate(inventory, database, { now: NOW });
  const decided = decide(findings, inventory, {
    filters: { ignoredStates: [] },
    ignoreFiles: [],
    vexDocuments: [],
    isDerived: true,
    now: NOW,
  });
  const coverage = measureCoverage(inventory, decided);
  const text = JSON.stringify({ decided, coverage }, (name, value: unknown) =>
    name === 'decisions' && Array.isArray(value) && omitted.size > 0
      ? omitDecisions(value, omitted)
      : value,
  );
  return JSON.stringify(JSON.parse(text), undefined, 1).split('\n');
}

/** Returns the first item that a document lost; `undefined` if it lost nothing. */
export function describeDifference({
  name,
  format,
  direct,
  detour,
  isWrittenEqual,
}: Detour): string | undefined {
  const line = direct.findIndex((text, index) => text !== detour[index]);
  if (line >= 0 || direct.length !== detour.length) {
    return `${name} by ${format}: ${direct[line] ?? 'nothing'} became ${detour[line] ?? 'nothing'}`;
  }
  return isWrittenEqual ? undefined : `${name} by ${format} is written with other bytes`;
}

/** Formats images as rows and formats as columns: `=` if neither findings nor bytes differ. */
export function formatMatrix(detours: readonly Detour[]): string {
  const columns = [...new Set(detours.map(({ format }) => format))];
  const rows = [...Map.groupBy(detours, ({ name }) => name)].map(
    ([name, row]) =>
      `${name.padEnd(24)}${columns
        .map((format) => row.find((each) => each.format === format))
        .map((each) => (each === undefined ? ' ' : getMark(each)))
        .join('  ')}`,
  );
  const head = columns.map((format, index) => `${index + 1} ${format}`).join(', ');
  return [`columns: ${head}`, ...rows].join('\n');
}

function getMark(detour: Detour): string {
  if (describeDifference(detour) === undefined) {
    return '=';
  }
  return detour.direct.join('\n') === detour.detour.join('\n') ? 'b' : 'X';
}

/**
 * The packages of a list of package URLs: as we read them, and as Grype recorded the ones it found.
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
    const cases = listCaseTargets(shared, folder)
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
            pickMembers({ ...each, cpes: each.cpes.map(({ cpe }) => cpe) }),
          ]),
        ),
        recorded: new Map(
          answer.matches.map(({ artifact }) => [artifact.purl, pickMembers(artifact)]),
        ),
      });
    }
    return read;
  });
}

function pickMembers(artifact: RecordedArtifact): object {
  const { name, version, type, language, upstreams, cpes } = artifact;
  return { name, version, type, language, upstreams, cpes };
}
