/**
 * The part of the sweep that creates its own inputs: for each reader, some that are large in one
 * dimension.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeTextTable } from '../../src/foundation/present/text-table.ts';
import { isRecord } from '../../src/foundation/syntax/json/guard.ts';
import { getRecords, getText } from '../../src/foundation/syntax/json/member.ts';
import { parseJson } from '../../src/foundation/syntax/json/parse-json.ts';
import { toCellColumns } from '../support/cell-columns.ts';
import type { GrowingInput } from '../support/growing/growing-input.ts';
import { GROWING_INPUTS } from '../support/growing/growing-inputs.ts';
import { writeInput } from '../support/growing/write-input.ts';
import { type MeasuredRun, runMeasured } from '../support/measured-run.ts';

/** Maximum cost of any single input. */
const BOUNDS = { cpuMsMax: 20_000, memoryBytesMax: 600 * 1024 ** 2 } as const;
/** A run beyond the bounds continues for a while, to show how far it exceeds them. */
const PATIENCE = 4;
/** Exit status of a run with `--fail-incomplete` that has problems. */
const INCOMPLETE = 4;

const TABLE = join(import.meta.dirname, 'grown-outcomes.tsv');
const COLUMNS = ['input', 'count', 'status', 'limits', 'CPU s', 'MB', 'FAULT'].map((title) => ({
  title,
}));

export interface GrownSweep {
  readonly only: RegExp;
  readonly program: string;
  readonly scratch: string;
  readonly isWritten: boolean;
}

/** Returns whether each input ended within the bounds and reported the limit that it exceeds. */
export async function sweepGrown({
  only,
  program,
  scratch,
  isWritten,
}: GrownSweep): Promise<boolean> {
  const rows: string[][] = [];
  let isFine = true;
  for (const input of GROWING_INPUTS.filter(({ name }) => only.test(name))) {
    const row = await tryInput(input, program, scratch);
    isFine &&= row.at(-1) === '';
    rows.push(row);
  }
  const sink = { write: (text: string) => void process.stdout.write(text) };
  writeTextTable(sink, { columns: toCellColumns(COLUMNS), rows }, { isColoured: false });
  process.stdout.write(`\n${summarizeRows(rows)}\n`);
  if (isWritten) {
    const lines = [COLUMNS.map(({ title }) => title), ...rows].map((cells) => cells.join('\t'));
    writeFileSync(TABLE, `${lines.join('\n')}\n`);
  }
  return isFine;
}

function summarizeRows(rows: readonly (readonly string[])[]): string {
  const findMost = (column: number): number =>
    Math.max(0, ...rows.map((row) => Number(row[column])));
  const faults = rows.filter((row) => row.at(-1) !== '').length;
  return `${rows.length} inputs that are made, none over ${findMost(4)} s or ${findMost(5)} MB; ${faults} with a fault`;
}

async function tryInput(input: GrowingInput, program: string, scratch: string): Promise<string[]> {
  const world = mkdtempSync(join(scratch, 'grown-'));
  try {
    const temporary = join(world, 'tmp');
    mkdirSync(temporary);
    const target = writeInput(world, input.make(input.large));
    const stdoutPath = join(world, 'stdout');
    const run = await runMeasured({
      args: [program, 'sbom', target, ...createOptions(input)],
      environment: { PATH: process.env['PATH'] ?? '', HOME: world, TMPDIR: temporary },
      cwd: world,
      stdoutPath,
      stderrPath: join(world, 'stderr'),
      temporary,
      msMax: PATIENCE * BOUNDS.cpuMsMax,
      memoryBytesMax: PATIENCE * BOUNDS.memoryBytesMax,
    });
    const limits = run.killedFor === undefined ? readLimits(stdoutPath) : [];
    return [
      input.name,
      String(input.large),
      run.killedFor === undefined ? String(run.status) : `killed: ${run.killedFor}`,
      limits.join(', '),
      (run.cpuMs / 1000).toFixed(1),
      (run.memoryBytes / 1024 ** 2).toFixed(0),
      listFaults(input, run, limits).join('; '),
    ];
  } finally {
    rmSync(world, { recursive: true, force: true });
  }
}

function createOptions({ isReachRequested }: GrowingInput): readonly string[] {
  const reach = isReachRequested === true ? ['--reach'] : [];
  const fixed = ['-o', 'json', '--fail-incomplete', '--no-cache', '--select-catalogers', '+sbom'];
  return [...fixed, ...reach];
}

/** Returns the names of the limits in the problems of a result. */
function readLimits(path: string): readonly string[] {
  const document = parseJson(readFileSync(path, 'utf8'));
  const inventory = isRecord(document) ? document['inventory'] : undefined;
  const problems = isRecord(inventory) ? getRecords(inventory, 'problems') : [];
  const names = problems.flatMap((problem) =>
    getText(problem, 'code') === 'P_LIMIT'
      ? (getText(problem, 'message').match(/\b[a-z][A-Za-z]+Max\b/g) ?? [])
      : [],
  );
  return [...new Set(names)];
}

function listFaults(
  { limit }: GrowingInput,
  { status, killedFor, cpuMs, memoryBytes }: MeasuredRun,
  limits: readonly string[],
): string[] {
  const faults: string[] = [];
  if (killedFor !== undefined || cpuMs > BOUNDS.cpuMsMax) faults.push('too much time');
  if (memoryBytes > BOUNDS.memoryBytesMax) faults.push('too much memory');
  if (killedFor === undefined && status !== 0 && status !== INCOMPLETE) {
    faults.push(`status ${status}`);
  }
  const isReported = limit === undefined || (status === INCOMPLETE && limits.includes(limit));
  if (!isReported) faults.push(`does not report ${limit}`);
  return faults;
}
