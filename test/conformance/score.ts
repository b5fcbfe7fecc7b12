import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { present } from '../../src/foundation/core/assert.ts';
import type { Format, FormatOptions } from '../../src/foundation/core/format.ts';
import { formats } from '../../src/report/output/formats.ts';
import { type ReportParts, toReport } from '../support/sample-report.ts';
import type { RecordedTarget } from './targets.ts';

/** The scorer's result for one target. */
export interface Score {
  readonly name: string;
  readonly isEqual: boolean;
  /** The scorer's own lines; the last one is the summary. */
  readonly lines: readonly string[];
}

export interface Question {
  readonly scorer: string;
  readonly expected: string;
  readonly differences: string;
  readonly isVerbose?: boolean;
}

/** Writes a report as `FORMAT` or `FORMAT@VERSION` to a file, as the command line does. */
export function writeReport(
  report: ReportParts,
  formatId: string,
  file: string,
  options: Pick<FormatOptions, 'isFull' | 'isParity'>,
): void {
  const [id = '', version] = formatId.split('@');
  const format: Format = present(
    formats.find((each) => each.id === id),
    'a format of this id',
  );
  const descriptor = openSync(file, 'w');
  try {
    const sink = { write: (text: string) => void writeSync(descriptor, text) };
    const asked = version === undefined ? {} : { version };
    format.write(toReport(report), sink, { isColoured: false, ...options, ...asked });
  } finally {
    closeSync(descriptor);
  }
}

/** Runs a scorer of the shared tools to compare a file of ours with a recorded answer. */
export function score(target: RecordedTarget, actual: string, question: Question): Score {
  const { scorer, expected, differences, isVerbose } = question;
  const extra = isVerbose ? ['--verbose'] : [];
  const run = spawnSync(
    process.execPath,
    [scorer, expected, actual, '--allow', differences, ...extra],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const lines = `${run.stdout}${run.stderr}`.trim().split('\n');
  return { name: target.name, isEqual: run.status === 0, lines };
}

/** Prints a line for each target and a total; the exit status is 0 if all are equal. */
export function printScores(scores: readonly Score[], isVerbose: boolean): void {
  for (const { name, isEqual, lines } of scores) {
    const shown = isEqual && !isVerbose ? lines.slice(-1) : lines;
    console.log(`${isEqual ? 'equal ' : 'DIFFER'} ${name.padEnd(24)} ${shown.join('\n       ')}`);
  }
  const equal = scores.filter(({ isEqual }) => isEqual).length;
  console.log(`${equal} of ${scores.length} targets equal beyond the listed differences`);
  process.exitCode = equal === scores.length && scores.length > 0 ? 0 : 1;
}

export interface DriverOptions {
  readonly only: RegExp;
  readonly isVerbose: boolean;
  readonly isParity: boolean;
}

export function parseDriverOptions(): DriverOptions {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      verbose: { type: 'boolean', default: false },
      parity: { type: 'boolean', default: false },
    },
  });
  return {
    only: new RegExp(values.only),
    isVerbose: values.verbose,
    isParity: values.parity,
  };
}

/** Runs `work` with a temporary directory that is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-conformance-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the recorded targets that have an answer of this kind and match the pattern. */
export function selectAnswered(
  targets: readonly RecordedTarget[],
  folder: string,
  suffix: string,
  only: RegExp,
): { readonly target: RecordedTarget; readonly expected: string }[] {
  return targets
    .map((target) => ({ target, expected: join(folder, `${target.name}.${suffix}`) }))
    .filter(({ target, expected }) => only.test(target.name) && existsSync(expected));
}
