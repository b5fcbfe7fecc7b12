import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importDatabase } from '../../src/advisory/import-database.ts';
import { openDatabase } from '../../src/advisory/open-database.ts';
import { present } from '../../src/core/assert.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { SILENT } from '../../src/core/progress.ts';
import { evaluate } from '../../src/scan/evaluate.ts';
import { readInventory } from '../../src/scan/scan.ts';
import { answered, type Score, score, withFolder, writeReport } from './score.ts';
import { caseTargets, corpusTargets, type RecordedTarget } from './targets.ts';

const DIFFERENCES = join(import.meta.dirname, 'match-differences.json');
/** What differs besides where nothing is answered as Grype answers it on purpose. */
const DEFAULT_DIFFERENCES = join(import.meta.dirname, 'match-default-differences.json');

/** The day on which the answers were recorded: what is past its end of life depends on it. */
const RECORDED_AT = '2026-11-24T23:23:36Z';

export interface MatchScoreOptions {
  readonly only: RegExp;
  readonly isVerbose?: boolean;
  readonly isParity: boolean;
}

/** Scores our findings on every recorded target against Grype's answers on the same database. */
export function scoreMatches(shared: string, options: MatchScoreOptions): Promise<Score[]> {
  return withFolder(async (folder) => {
    const databaseFolder = join(folder, 'db');
    await importRecorded(shared, databaseFolder);
    const scores: Score[] = [];
    const differences = options.isParity ? DIFFERENCES : writeAllDifferences(folder);
    for (const { target, expected } of recorded(shared, folder, options.only)) {
      const places = { expected, folder, databaseFolder, shared, differences };
      scores.push(await scoreOne(target, { ...places, ...options }));
    }
    return scores;
  });
}

/** The scorer takes one list. */
function writeAllDifferences(folder: string): string {
  const lists = [DIFFERENCES, DEFAULT_DIFFERENCES].flatMap(
    (file): readonly unknown[] => JSON.parse(readFileSync(file, 'utf8')) as readonly unknown[],
  );
  const file = join(folder, 'differences.json');
  writeFileSync(file, JSON.stringify(lists));
  return file;
}

/** Imports the database on which all answers were recorded. */
export async function importRecorded(shared: string, databaseFolder: string): Promise<void> {
  await importDatabase(recordedDatabase(shared), databaseFolder, {
    progress: SILENT,
    limits: DEFAULT_LIMITS,
    now: RECORDED_AT,
  });
}

function recorded(shared: string, folder: string, only: RegExp) {
  const corpus = corpusTargets(shared, folder, only);
  const cases = caseTargets(shared, folder);
  return [
    ...answered(corpus, join(shared, 'corpus', 'expected'), 'grype.json.zst', only),
    ...answered(cases, join(shared, 'advisories', 'expected'), 'grype.json.zst', only),
  ];
}

function recordedDatabase(shared: string): string {
  const folder = join(shared, 'advisories', 'grype-v6');
  const archive = readdirSync(folder).find((file) => file.endsWith('.tar.zst'));
  return join(folder, present(archive, 'the recorded database archive'));
}

interface Scored extends MatchScoreOptions {
  readonly expected: string;
  readonly folder: string;
  readonly databaseFolder: string;
  readonly shared: string;
  /** What may differ, with the reason of each. */
  readonly differences: string;
}

async function scoreOne(target: RecordedTarget, options: Scored): Promise<Score> {
  const { expected, folder, isParity } = options;
  using database = openDatabase(options.databaseFolder);
  const inventory = await readInventory(target.input, {
    name: target.name,
    temporaryFolder: folder,
  });
  const findings = evaluate(inventory, database, { isParity, now: RECORDED_AT });
  const actual = join(folder, `${target.name}.actual.json`);
  const tool = { name: 'plimsoll', version: '0' };
  writeReport({ tool, inventory, findings, configuration: {} }, 'grype-json', actual, isParity);
  const scorer = join(options.shared, 'tools', 'score-matches.mjs');
  const { isVerbose = false, differences } = options;
  return score(target, actual, { scorer, expected, differences, isVerbose });
}
