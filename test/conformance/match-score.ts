import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { present } from '../../src/foundation/core/assert.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import type { QuirkId } from '../../src/report/compat/grype/parity/quirks.data.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { matchPackages } from '../support/match.ts';
import { createFileReader } from './default-grounds.ts';
import { type ProvenRow, proveDifferences } from './prove-differences.ts';
import { unpackSource } from './recorded-database.ts';
import { type Score, score, selectAnswered, withFolder, writeReport } from './score.ts';
import {
  listCaseTargets,
  listCorpusTargets,
  type RecordedTarget,
  unpackArchive,
} from './targets.ts';

const DIFFERENCES = join(import.meta.dirname, 'match-differences.json');
/** The day on which the answers were recorded, which determines what is past its end of life. */
const RECORDED_AT = '2026-11-24T23:23:36Z';

export interface MatchScoreOptions {
  readonly only: RegExp;
  readonly isVerbose?: boolean;
  readonly isParity: boolean;
}

/** A score and, in default mode, the number of differences that each ground explains. */
export interface MatchScore extends Score {
  readonly grounds: ReadonlyMap<string, number>;
}

/** Scores our findings on every recorded target against Grype's answers on the same database. */
export function scoreMatches(
  shared: string,
  ...asked: readonly MatchScoreOptions[]
): Promise<MatchScore[]> {
  return withFolder(async (folder) => {
    const databaseFolder = join(folder, 'db');
    await importRecorded(shared, databaseFolder);
    const isProven = asked.some(({ isParity }) => !isParity);
    const source = isProven ? unpackSource(shared, folder) : '';
    const scores: MatchScore[] = [];
    for (const options of asked) {
      for (const { target, expected } of listRecorded(shared, folder, options.only)) {
        const places = { expected, folder, databaseFolder, source, shared };
        scores.push(await scoreOne(target, { ...places, ...options }));
      }
    }
    return scores;
  });
}

/** Imports the database that all answers were recorded with. */
export async function importRecorded(shared: string, databaseFolder: string): Promise<void> {
  await importDatabase(getDatabasePath(shared), databaseFolder, {
    progress: SILENT,
    limits: DEFAULT_LIMITS,
    now: RECORDED_AT,
  });
}

function listRecorded(shared: string, folder: string, only: RegExp) {
  const corpus = listCorpusTargets(shared, folder, only);
  const cases = listCaseTargets(shared, folder);
  return [
    ...selectAnswered(corpus, join(shared, 'corpus', 'expected'), 'grype.json.zst', only),
    ...selectAnswered(cases, join(shared, 'advisories', 'expected'), 'grype.json.zst', only),
  ];
}

/** Unpacks the recorded database into a directory, and returns its file. */
export function expandRecorded(shared: string, folder: string): string {
  return join(unpackArchive(getDatabasePath(shared), join(folder, 'recorded')), 'vulnerability.db');
}

function getDatabasePath(shared: string): string {
  const folder = join(shared, 'advisories', 'grype-v6');
  const archive = readdirSync(folder).find((file) => file.endsWith('.tar.zst'));
  return join(folder, present(archive, 'the recorded database archive'));
}

interface Scored extends MatchScoreOptions {
  readonly expected: string;
  readonly folder: string;
  readonly databaseFolder: string;
  /** Grype's own database; empty in parity mode, which needs no proofs. */
  readonly source: string;
  readonly shared: string;
}

async function scoreOne(target: RecordedTarget, options: Scored): Promise<MatchScore> {
  using database = openDatabase(options.databaseFolder);
  const inventory = await readInventory(target.input, {
    name: target.name,
    temporaryFolder: options.folder,
  });
  const actual = join(options.folder, `${target.name}.actual.json`);
  const { expected, isParity, isVerbose = false, shared } = options;
  const scorer = join(shared, 'tools', 'score-matches.mjs');
  const writeAnswer = (applied?: readonly QuirkId[]): void => {
    const isAsked = isParity || applied !== undefined;
    const quirks = applied === undefined ? {} : { quirks: applied };
    const judged = { isParity: isAsked, now: RECORDED_AT, ...quirks };
    const findings = matchPackages(inventory, database, judged);
    const tool = { name: 'plimsoll', version: '0' };
    writeReport({ tool, inventory, findings, configuration: {} }, 'grype-json', actual, {
      isParity,
    });
  };
  const scoreAnswer = (differences: string, isTold: boolean): Score =>
    score(target, actual, { scorer, expected, differences, isVerbose: isTold });
  writeAnswer();
  const plain = scoreAnswer(DIFFERENCES, isVerbose || !isParity);
  if (isParity || plain.isEqual) {
    return { ...plain, grounds: new Map() };
  }
  const scoreQuirk = (quirk: QuirkId): Score => {
    writeAnswer([quirk]);
    return scoreAnswer(DIFFERENCES, true);
  };
  const evidence = {
    inventory,
    now: RECORDED_AT,
    reported: readMatches(actual),
    contentOf: createFileReader(target.input),
  };
  using source = new DatabaseSync(options.source, { readOnly: true });
  const proven = proveDifferences(plain.lines, scoreQuirk, { ...evidence, source });
  writeAnswer();
  const allowed = writeAllowed(options.folder, target.name, proven);
  return { ...scoreAnswer(allowed, isVerbose), grounds: countGrounds(proven) };
}

interface WrittenMatch {
  readonly vulnerability: { readonly id: string };
  readonly artifact: { readonly name: string };
}

/** Reads the vulnerabilities with the names of their packages. */
function readMatches(file: string): ReadonlySet<string> {
  const { matches } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly matches: readonly WrittenMatch[];
  };
  return new Set(
    matches.map(({ vulnerability, artifact }) => `${vulnerability.id} ${artifact.name}`),
  );
}

/**
 * Writes the scorer's list for one target: differences allowed in any mode, and those just proven.
 */
function writeAllowed(folder: string, name: string, proven: readonly ProvenRow[]): string {
  const always = JSON.parse(readFileSync(DIFFERENCES, 'utf8')) as readonly unknown[];
  const rows = proven.map(({ row, ground }) => {
    const { kind, type, version } = row;
    const vulnerability = kind === 'alert' ? {} : { vulnerability: row.id };
    return { kind, type, name: row.name, version, ...vulnerability, reason: ground.id };
  });
  const file = join(folder, `${name}.allowed.json`);
  writeFileSync(file, JSON.stringify([...always, ...rows]));
  return file;
}

function countGrounds(proven: readonly ProvenRow[]): ReadonlyMap<string, number> {
  const byGround = Map.groupBy(proven, ({ ground }) => ground.id);
  return new Map([...byGround].map(([id, rows]) => [id, rows.length]));
}
