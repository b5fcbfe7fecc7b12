/**
 * Runs `harden plan`, `recipe`, `emit` and `verify` of the built program on the hostile inputs of
 * the corpus: `npm run hostile -- harden [--only REGEX] [--bytes-max N]`. Inputs with wrong digests
 * are also tried with corrected ones. The status is 1 if a command crashed or hung, an image was
 * planned as if it had been read completely although `sbom` reports problems, an emitted image does
 * not have the packages of its plan, or something was written outside of the output.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isRecord } from '../../src/foundation/syntax/json/guard.ts';
import { parseJson } from '../../src/foundation/syntax/json/parse-json.ts';
import { requireSharedMaterial } from '../conformance/shared-material.ts';
import { repairLayout } from './repair.ts';

const MS_MAX = 120_000;
const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    'bytes-max': { type: 'string', default: String(256 * 1024) },
  },
});
const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-harden-hostile-'));

interface Run {
  readonly status: number | null;
  readonly code: string;
  readonly output: string;
  readonly fault: string | undefined;
}

/** Statuses of ours; a signal or another status is a crash. */
const STATUSES: ReadonlySet<number | null> = new Set([0, 1, 2, 3, 4, 5]);

function run(words: readonly string[], cwd: string): Run {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], {
    cwd,
    encoding: 'utf8',
    timeout: MS_MAX,
    maxBuffer: 2 ** 29,
    env: { ...process.env, TMPDIR: join(cwd, 'tmp'), PLIMSOLL_CACHE_DIR: join(cwd, 'cache') },
  });
  const code = /^error\[(E_[A-Z_]+)\]/mu.exec(stderr)?.[1] ?? '';
  const isCrash = !STATUSES.has(status) || code === 'E_INTERNAL' || (status === 1 && code === '');
  const fault = isCrash
    ? `${words.slice(0, 2).join(' ')}: ${signal ?? status} ${stderr.slice(-300)}`
    : undefined;
  return { status, code, output: stdout, fault };
}

function readMember(text: string, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (value, name) => (isRecord(value) ? value[name] : undefined),
    parseJson(text),
  );
}

interface Outcome {
  readonly text: string;
  readonly faults: readonly (string | undefined)[];
}

function tryInput(target: string, cwd: string): Outcome {
  const sbom = run(['sbom', target, '-o', 'json', '-q'], cwd);
  const problems = readMember(sbom.output, 'inventory', 'problems');
  const isWhole = Array.isArray(problems) && problems.length === 0;
  const plan = run(['harden', 'plan', target, '-o', 'json', '-q', '--fail-incomplete'], cwd);
  const recipe = run(['harden', 'recipe', target, '-q'], cwd);
  const isDecided = plan.output !== '' && readMember(plan.output, 'undecided') === undefined;
  const faults = [
    plan.fault,
    recipe.fault,
    plan.status === 0 && !isWhole
      ? 'planned as complete, although sbom reports problems'
      : undefined,
  ];
  if (!isDecided) {
    return { text: `plan ${plan.code || plan.status}, recipe ${recipe.status}`, faults };
  }
  const slim = join(cwd, 'slim');
  const emit = run(
    ['harden', 'emit', target, '-o', `oci-dir=${slim}`, '-o', 'cyclonedx-json=slim.json', '-q'],
    cwd,
  );
  const isLeft = emit.status === 1 && existsSync(slim);
  const verify = existsSync(slim)
    ? run(['harden', 'verify', target, `oci-dir:${slim}`, '-q', '--start-seconds', '2'], cwd)
    : undefined;
  return {
    text: `plan ${plan.status}, recipe ${recipe.status}, emit ${emit.code || emit.status}, verify ${verify === undefined ? '-' : verify.code || verify.status}`,
    faults: [
      ...faults,
      emit.fault,
      verify?.fault,
      isLeft ? 'emit failed and left its output' : undefined,
      emit.status === 4 && plan.status === 0
        ? 'the image does not have the packages of the plan'
        : undefined,
    ],
  };
}

function countBytes(path: string): number {
  const status = statSync(path);
  return status.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + countBytes(join(path, name)), 0)
    : status.size;
}

const EXPECTED = new Set(['tmp', 'cache', 'slim', 'slim.json']);
let [tried, failed] = [0, 0];

function sweepInput(name: string, target: string): void {
  const cwd = mkdtempSync(join(scratch, 'run-'));
  mkdirSync(join(cwd, 'tmp'));
  const { text, faults } = tryInput(target, cwd);
  const strays = readdirSync(cwd).filter((one) => !EXPECTED.has(one));
  const left = readdirSync(join(cwd, 'tmp'));
  const all = [...faults, ...[...strays, ...left].map((one) => `left ${one}`)].filter(
    (one) => one !== undefined,
  );
  tried += 1;
  failed += all.length === 0 ? 0 : 1;
  console.log(`${name}: ${text}${all.map((one) => `\n  FAULT ${one}`).join('')}`);
  rmSync(cwd, { recursive: true, force: true });
}

const inputs = join(scratch, 'inputs');
mkdirSync(inputs);
const archive = join(requireSharedMaterial(), 'corpus', 'hostile.tar.zst');
spawnSync('sh', [
  '-c',
  'zstd -dc --long=27 "$1" | tar -x -C "$2" --no-same-owner',
  'sh',
  archive,
  inputs,
]);
for (const name of readdirSync(inputs)) {
  const path = join(inputs, name);
  if (new RegExp(values.only, 'u').test(name) && countBytes(path) <= Number(values['bytes-max'])) {
    sweepInput(name, path);
    const repaired = join(scratch, `${name}~repaired`);
    if (await repairLayout(path, repaired)) {
      sweepInput(`${name}~repaired`, repaired);
    }
  }
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${tried} inputs, ${failed} with faults`);
process.exitCode = failed === 0 ? 0 : 1;
