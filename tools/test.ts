import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, ENTRIES } from './build.ts';
import { checkDocsOnDisk } from './check-docs.ts';
import { checkLayersOnDisk } from './check-layers.ts';
import { checkTidy } from './check-tidy.ts';
import { checkRegistries } from './generate-registries.ts';
import { type Module, ROOT, readModules, renderViolations, type Violation } from './source-tree.ts';

/** One check. It answers with what is wrong as text; an empty text is a pass. */
interface Part {
  readonly name: string;
  run(): Promise<string>;
}

const CODE_FOLDERS = ['src', 'test', 'tools', 'bench', 'examples'];
const OUTPUT_CHARS_MAX = 20_000;

let parsed: readonly Module[] | undefined;

function modules(): readonly Module[] {
  parsed ??= readModules(CODE_FOLDERS);
  return parsed;
}

/** In order, fast ones first. */
const PARTS: readonly Part[] = [
  command('format', ['biome', 'check', '--reporter=summary']),
  command('lint', ['oxlint', '--type-aware', '--deny-warnings', ...CODE_FOLDERS]),
  command('types', ['tsc', '-p', '.']),
  check('layers', checkLayersOnDisk),
  check('tidy', () => checkTidy(modules())),
  check('registries', () => checkRegistries(modules())),
  check('docs', () => checkDocsOnDisk(modules())),
  command('unused code', ['knip', '--no-progress']),
  { name: 'build', run: buildAll },
  command('package', ['publint', '--strict', '--pack', 'false']),
];

/** A tool of npm; its output is what is wrong. Folders that are not there are left out. */
function command(name: string, [tool = '', ...args]: readonly string[]): Part {
  return {
    name,
    async run() {
      const bin = join(ROOT, 'node_modules', '.bin', tool);
      const present = args.filter((arg) => !CODE_FOLDERS.includes(arg) || existsSync(arg));
      const { status, output } = await execute(bin, present);
      return status === 0 ? '' : output || `${tool} ended with the status ${status}`;
    },
  };
}

function check(name: string, find: () => readonly Violation[]): Part {
  return { name, run: async () => renderViolations(find()).join('\n') };
}

async function buildAll(): Promise<string> {
  await build({ root: ROOT, entries: ENTRIES, hasTypes: true });
  return '';
}

async function execute(
  file: string,
  args: readonly string[],
): Promise<{ readonly status: number; readonly output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
  child.on('error', reject);
  child.on('close', (status) => resolve(status ?? 1));
  const status = await promise;
  const output = Buffer.concat(pieces).toString('utf8').trim();
  return { status, output: output.slice(0, OUTPUT_CHARS_MAX) };
}

/** Runs one part and prints a line; below it what is wrong. */
async function runPart(part: Part): Promise<boolean> {
  const start = performance.now();
  let wrong: string;
  try {
    wrong = await part.run();
  } catch (error) {
    wrong = error instanceof Error ? error.message : String(error);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const isGood = wrong === '';
  process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${part.name} (${seconds} s)\n`);
  if (!isGood) process.stdout.write(`${wrong.replaceAll(/^/gmu, '    ')}\n`);
  return isGood;
}

/**
 * All tests in one process of node:test, so that its summary is the last that is printed. Parts
 * that failed before are named to it: a test of the house fails for them.
 */
async function runTests(failed: readonly string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const reporter = join(ROOT, 'tools', 'quiet-reporter.ts');
  const args = [
    '--test',
    '--test-isolation=none',
    '--test-timeout=300000',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    'src/**/*.test.ts',
    'test/**/*.test.ts',
    'examples/**/*.test.ts',
  ];
  const env = { ...process.env, PLIMSOLL_FAILED_PARTS: failed.join(', ') };
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.on('error', reject);
  child.on('close', (status) => resolve(status ?? 1));
  return await promise;
}

if (import.meta.main) {
  const failed: string[] = [];
  for (const part of PARTS) {
    if (!(await runPart(part))) failed.push(part.name);
  }
  const status = await runTests(failed);
  process.exitCode = failed.length > 0 ? 1 : status;
}
