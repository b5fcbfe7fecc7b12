import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { run } from '../../src/cli/run.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
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
 * Starts the program as a user does, with nothing of this process's environment but what it needs
 * to start. It is killed after a minute.
 */
export function startProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  nodeArguments: readonly string[] = [],
): Running {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [...nodeArguments, ENTRY, ...args], {
    env: { PATH, HOME: '/nonexistent', NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MINUTE_MS,
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

/**
 * Arguments of Node under which the program can write to these folders only, and starts no other
 * program: anything else it tries is an error.
 */
export function writingOnlyTo(...folders: readonly string[]): readonly string[] {
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

/**
 * The same command line without a process of its own, for what needs none: to start one and to read
 * the sources takes longer than most of these runs.
 */
export async function runHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const decoder = new TextDecoder();
  const status = await run(args, {
    environment: { HOME: '/nonexistent', NO_COLOR: '1', ...environment },
    stdout: {
      write: (piece) => {
        stdout += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
      },
    },
    stderr: { write: (text) => void (stderr += text), on: () => undefined, off: () => undefined },
    resources: new DisposableStack(),
  });
  return { status, stdout, stderr };
}
