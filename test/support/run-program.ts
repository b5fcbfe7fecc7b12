import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** The built program, which users run: it starts ten times as fast as the sources. */
export const PROGRAM = join(ROOT, 'dist', 'cli.js');
const MINUTE_MS = 60_000;

export interface Ended {
  /** Exit status, or the name of the signal that ended it. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/**
 * Starts the program as a user does, with only the environment variables that it needs to start. It
 * is killed after a minute.
 */
export function startProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  nodeArguments: readonly string[] = [],
  timeoutMs = MINUTE_MS,
): Running {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [...nodeArguments, PROGRAM, ...args], {
    env: { PATH, HOME: '/dev/null', NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
  child.on('error', reject);
  child.on('close', (status, signal) =>
    resolve({ status: status ?? signal ?? '', stdout, stderr }),
  );
  return { child, ended: promise };
}

/** Waits for the next output of a program, and returns it; fails if the program ends before. */
export async function readNextOutput({ child, ended }: Running): Promise<string> {
  const [output] = (await Promise.race([
    once(child.stdout ?? process.stdin, 'data'),
    ended.then(({ stderr }) => assert.fail(stderr)),
  ])) as [string];
  return output;
}

/**
 * Returns arguments of Node with which the program can only write to these directories and start no
 * other program: any other attempt is an error.
 */
export function restrictWrites(...folders: readonly string[]): readonly string[] {
  const writable = folders.map((folder) => `--allow-fs-write=${folder}`);
  return ['--permission', '--allow-fs-read=*', '--allow-worker', '--no-warnings', ...writable];
}

/** Runs the program to its end. */
export function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startProgram(args, environment).ended;
}

/** The start script builds the program if a source is newer. */
function buildProgram(): void {
  const { PATH, HOME } = process.env;
  const { status, stderr } = spawnSync(join(ROOT, 'plimsoll'), ['--version'], {
    env: { PATH, HOME },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the program could not be built:\n${stderr}`);
}

buildProgram();
