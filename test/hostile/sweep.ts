/**
 * Runs the built program on every hostile input of the corpus and prints each outcome beside
 * Syft's. Inputs with wrong digests are rejected for those before anything else is read; so each of
 * them is also tried with corrected ones, as NAME~repaired. Then come generated inputs, see
 * `grown.ts`.
 *
 * npm run hostile -- scan [--only REGEX] [--keep FOLDER] [--write] [--program FILE]
 *
 * `--write` regenerates `test/hostile/outcomes.tsv`. `--program` is another build, and `--keep`
 * sets a directory for the program's output. The status is 1 if the program crashed on an input,
 * took more time or memory than {@link BOUNDS} allow, wrote anything outside of its cache, left
 * temporary files, or skipped an invalid part of an input without reporting it.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LIMITS } from '../../src/foundation/core/limits.ts';
import { writeTextTable } from '../../src/foundation/present/text-table.ts';
import { isRecord } from '../../src/foundation/syntax/json/guard.ts';
import { parseJson } from '../../src/foundation/syntax/json/parse-json.ts';
import { requireSharedMaterial } from '../conformance/shared-material.ts';
import { toCellColumns } from '../support/cell-columns.ts';
import { type MeasuredRun, runMeasured } from '../support/measured-run.ts';
import { restrictWrites } from '../support/run-program.ts';
import { sweepGrown } from './grown.ts';
import { HARMLESS } from './harmless.data.ts';
import { repairLayout } from './repair.ts';

const BOUNDS = {
  msMax: 60_000,
  memoryBytesMax: 1024 ** 3,
  temporaryBytesMax: LIMITS.spillBytesMax.value,
} as const;

const ROOT = join(import.meta.dirname, '..', '..');
const REPAIRED = '~repaired';
const TABLE = join(import.meta.dirname, 'outcomes.tsv');
/** Files that the program may leave in its cache directory: cache entries without image names. */
const CACHE_NAME = /^[0-9a-f]{64}\.[a-z]{1,16}$/u;

/** One line of the recorded table. */
interface Recorded {
  readonly outcome: string;
  readonly seconds: string;
  readonly memory: string;
  readonly packages: string;
}

interface Outcome {
  readonly run: MeasuredRun;
  /** Code of the error that ended the run. */
  readonly code: string | undefined;
  readonly problems: number;
  readonly packages: number;
  /** Violations, for people to read; empty if there are none. */
  readonly faults: readonly string[];
}

interface Place {
  readonly program: string;
  readonly inputs: string;
  readonly scratch: string;
  readonly keep: string | undefined;
}

function unpack(archive: string, folder: string): void {
  const script = 'zstd -dc --long=27 "$1" | tar -x -C "$2" --no-same-owner';
  const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', archive, folder]);
  if (status !== 0) throw new Error(`the inputs could not be unpacked:\n${String(stderr)}`);
}

function readRecorded(path: string): ReadonlyMap<string, Recorded> {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [input = '', , , outcome = '', , seconds = '', , memory = '', , packages = ''] =
        line.split('\t');
      return [input, { outcome, seconds, memory, packages }];
    }),
  );
}

async function tryInput(
  input: string,
  { program, inputs, scratch, keep }: Place,
): Promise<Outcome> {
  const world = mkdtempSync(join(scratch, 'run-'));
  const [home, cwd, temporary, cache] = ['home', 'cwd', 'tmp', 'cache'].map((name) => {
    mkdirSync(join(world, name));
    return join(world, name);
  }) as [string, string, string, string];
  const printed = keep ?? world;
  const stdoutPath = join(printed, `${input}.json`);
  const stderrPath = join(printed, `${input}.txt`);
  const { PATH = '' } = process.env;
  const run = await runMeasured({
    args: [...restrictWrites(temporary, cache), program, 'sbom', join(inputs, input), '-o', 'json'],
    environment: { PATH, HOME: home, TMPDIR: temporary, PLIMSOLL_CACHE_DIR: cache },
    cwd,
    stdoutPath,
    stderrPath,
    temporary,
    msMax: BOUNDS.msMax,
    memoryBytesMax: BOUNDS.memoryBytesMax,
  });
  const printedError = readFileSync(stderrPath, 'utf8');
  const code = /^error\[(E_[A-Z_]+)\]/mu.exec(printedError)?.[1];
  const counts = run.status === 0 ? countResults(stdoutPath) : { problems: 0, packages: 0 };
  const strays = [...listNames(home), ...listNames(cwd), ...listNames(temporary)];
  strays.push(...listNames(cache).filter((name) => !isOfCache(name)));
  rmSync(world, { recursive: true, force: true });
  const silent = listSilenceFaults(input, { isTold: code !== undefined || counts.problems > 0 });
  return {
    run,
    code,
    ...counts,
    faults: [...listFaults(run, code), ...listStrayFaults(strays), ...silent],
  };
}

function isOfCache(name: string): boolean {
  return name === 'facts' || CACHE_NAME.test(name.slice('facts/'.length));
}

function listNames(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}

function countResults(path: string): { readonly problems: number; readonly packages: number } {
  const document = parseJson(readFileSync(path, 'utf8'));
  const inventory = isRecord(document) ? document['inventory'] : undefined;
  if (!isRecord(inventory)) throw new Error(`${path} holds no inventory`);
  const { problems, problemsNotListed, packages } = inventory;
  return {
    problems: (Array.isArray(problems) ? problems.length : 0) + Number(problemsNotListed),
    packages: Array.isArray(packages) ? packages.length : 0,
  };
}

function listFaults(run: MeasuredRun, code: string | undefined): string[] {
  const faults: string[] = [];
  if (run.killedFor !== undefined) faults.push(`too much ${run.killedFor}`);
  else if (typeof run.status === 'string') faults.push(`ended by ${run.status}`);
  else if (run.status !== 0 && code === undefined) faults.push(`status ${run.status}, no code`);
  if (code === 'E_INTERNAL') faults.push('an internal error');
  if (run.temporaryBytes > BOUNDS.temporaryBytesMax) faults.push('temporary files too large');
  return faults;
}

function listStrayFaults(strays: readonly string[]): string[] {
  return strays.length === 0 ? [] : [`wrote ${strays.join(', ')}`];
}

function listSilenceFaults(input: string, { isTold }: { readonly isTold: boolean }): string[] {
  const isHarmless = Object.hasOwn(HARMLESS, input.replace(/\.tar$/u, ''));
  if (isTold && isHarmless) return ['reported, though listed as harmless'];
  return isTold || isHarmless ? [] : ['it is not reported'];
}

function formatRow(input: string, outcome: Outcome, recorded: Recorded | undefined): string[] {
  const { run, code, problems, packages, faults } = outcome;
  const isDone = run.status === 0;
  return [
    input,
    String(run.status),
    code ?? (isDone ? `${problems} problem${problems === 1 ? '' : 's'}` : ''),
    isDone ? String(packages) : '',
    (run.ms / 1000).toFixed(1),
    (run.cpuMs / 1000).toFixed(1),
    toMiB(run.memoryBytes),
    toMiB(run.temporaryBytes),
    faults.join('; '),
    recorded?.outcome ?? '',
    recorded?.packages ?? '',
    recorded?.seconds ?? '',
    recorded?.memory ?? '',
  ];
}

function toMiB(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}

const COLUMNS = [
  'input',
  'status',
  'told',
  'packages',
  's',
  'CPU s',
  'MB',
  'MB tmp',
  'FAULT',
  'Syft',
  'packages',
  's',
  'MB',
].map((title) => ({ title }));

/** Columns of our own run; the others are Syft's. */
const OWN_COLUMNS = 9;

function summarizeOutcomes(outcomes: ReadonlyMap<string, Outcome>): string {
  const all = [...outcomes];
  const count = (fits: (outcome: Outcome) => boolean) =>
    all.filter(([, outcome]) => fits(outcome)).length;
  const slowest = all.toSorted(([, left], [, right]) => right.run.cpuMs - left.run.cpuMs)[0];
  const largest = all.toSorted(([, a], [, b]) => b.run.memoryBytes - a.run.memoryBytes)[0];
  return [
    `${all.length} inputs: ${count(({ code }) => code !== undefined)} refused with a code,`,
    `${count(({ problems }) => problems > 0)} read with problems,`,
    `${count(({ code, problems }) => code === undefined && problems === 0)} without a word,`,
    `${count(({ faults }) => faults.length > 0)} with faults;`,
    `slowest ${slowest?.[0]}, largest ${largest?.[0]}`,
  ].join(' ');
}

/** Adds a repaired copy of each input with wrong digests. */
async function addRepaired(inputs: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter((each) => statSync(join(inputs, each)).isDirectory())) {
    const made = join(inputs, '.making');
    if (await repairLayout(join(inputs, name), made)) {
      renameSync(made, join(inputs, `${name}${REPAIRED}`));
    }
  }
}

function writeTable(rows: readonly (readonly string[])[]): void {
  const titles = COLUMNS.map(({ title }, at) => {
    const ofSyft = title === 'Syft' ? 'outcome' : title;
    return at < OWN_COLUMNS ? title : `Syft: ${ofSyft}`;
  });
  const lines = [titles, ...rows].map((cells) => cells.join('\t'));
  writeFileSync(TABLE, `${lines.join('\n')}\n`);
}

interface SweepOptions {
  readonly only: RegExp;
  readonly keep: string | undefined;
  readonly program: string;
  readonly isWritten: boolean;
}

async function sweep({ only, keep, program, isWritten }: SweepOptions): Promise<boolean> {
  const corpus = join(requireSharedMaterial(), 'corpus');
  const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
  try {
    const inputs = join(scratch, 'inputs');
    mkdirSync(inputs);
    unpack(join(corpus, 'hostile.tar.zst'), inputs);
    await addRepaired(
      inputs,
      readdirSync(inputs).filter((name) => only.test(name)),
    );
    const recorded = readRecorded(join(corpus, 'hostile-syft.tsv'));
    const outcomes = new Map<string, Outcome>();
    for (const input of readdirSync(inputs)
      .toSorted()
      .filter((name) => only.test(name))) {
      outcomes.set(input, await tryInput(input, { program, inputs, scratch, keep }));
    }
    const rows = [...outcomes].map(([input, outcome]) =>
      formatRow(input, outcome, recorded.get(input.replace(/\.tar$/u, ''))),
    );
    const sink = { write: (text: string) => void process.stdout.write(text) };
    writeTextTable(sink, { columns: toCellColumns(COLUMNS), rows }, { isColoured: false });
    process.stdout.write(`\n${summarizeOutcomes(outcomes)}\n`);
    if (isWritten) writeTable(rows);
    const isGrownFine = await sweepGrown({ only, program, scratch, isWritten });
    return isGrownFine && [...outcomes.values()].every(({ faults }) => faults.length === 0);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
    program: { type: 'string', default: join(ROOT, 'dist', 'cli.js') },
  },
});
if (values.keep !== undefined) mkdirSync(values.keep, { recursive: true });
const isFine = await sweep({
  only: new RegExp(values.only, 'u'),
  keep: values.keep,
  program: values.program,
  isWritten: values.write,
});
process.exitCode = isFine ? 0 : 1;
