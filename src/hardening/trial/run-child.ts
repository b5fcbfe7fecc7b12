import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { UserError } from '../../foundation/core/error.ts';

/** Environment of the tools of the system: nothing of an image reaches them. */
export const TOOL_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  // The other mount call limits the list of layers to 256 bytes.
  LIBMOUNT_FORCE_MOUNT2: 'always',
} as const;

/** How a process ended. */
export interface ChildEnd {
  /** Exit status; 128 and the signal's number if a signal ended it. */
  readonly status: number;
  readonly errors: string;
}

const MESSAGE_BYTES_MAX = 16 * 1024;

/** Keeps the first bytes of a stream and drops the rest, so that the writer never waits. */
export class BoundedOutput {
  readonly #pieces: Buffer[] = [];
  readonly #bytesMax: number;
  #sizeBytes = 0;
  #isCut = false;

  constructor(stream: Readable, bytesMax: number) {
    this.#bytesMax = bytesMax;
    stream.on('data', (piece: Buffer) => this.#addPiece(piece));
    // A reader that is destroyed while the other end writes is not an error of the trial.
    stream.on('error', () => undefined);
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  toString(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  #addPiece(piece: Buffer): void {
    const room = this.#bytesMax - this.#sizeBytes;
    if (piece.length > room) {
      this.#isCut = true;
    }
    if (room > 0) {
      this.#pieces.push(piece.subarray(0, room));
      this.#sizeBytes += Math.min(room, piece.length);
    }
  }
}

interface ToolOptions {
  readonly cwd?: string;
  readonly input?: (sink: NodeJS.WritableStream) => Promise<void>;
}

/**
 * Runs a tool of the system to its end.
 *
 * @throws UserError `E_TRIAL` if it cannot be started
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, input }: ToolOptions = {},
): Promise<ChildEnd> {
  const child = spawn(command, args, {
    env: TOOL_ENVIRONMENT,
    stdio: ['pipe', 'ignore', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const errors = new BoundedOutput(child.stderr, MESSAGE_BYTES_MAX);
  const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>();
  child.on('error', (cause) => reject(createToolError(command, cause)));
  child.on('close', (code, signal) =>
    resolve({ status: code ?? getSignalStatus(signal), errors: errors.toString().trim() }),
  );
  // A tool that ends early reports the reason by its status.
  child.stdin.on('error', () => undefined);
  if (input === undefined) {
    child.stdin.end();
  } else {
    try {
      await input(child.stdin);
    } catch (error) {
      child.kill('SIGKILL');
      await promise.catch(() => undefined);
      throw error;
    }
  }
  return await promise;
}

/** Runs a tool and fails if its status is not 0. */
export async function requireTool(
  command: string,
  args: readonly string[],
  options?: ToolOptions,
): Promise<void> {
  const { status, errors } = await runTool(command, args, options);
  if (status !== 0) {
    const [line = ''] = errors.split('\n');
    throw new UserError('E_TRIAL', `"${command}" failed with status ${status}: ${line}`);
  }
}

function createToolError(command: string, cause: Error): UserError {
  return new UserError('E_TRIAL', `could not start "${command}"`, {
    hint: 'install util-linux, iproute2, coreutils and GNU tar',
    cause,
  });
}

const SIGNAL_BASE = 128;

/** Numbers of the signals that end programs, on all Linux architectures but MIPS. */
const SIGNAL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGQUIT', 3],
  ['SIGILL', 4],
  ['SIGTRAP', 5],
  ['SIGABRT', 6],
  ['SIGBUS', 7],
  ['SIGFPE', 8],
  ['SIGKILL', 9],
  ['SIGUSR1', 10],
  ['SIGSEGV', 11],
  ['SIGUSR2', 12],
  ['SIGPIPE', 13],
  ['SIGALRM', 14],
  ['SIGTERM', 15],
  ['SIGWINCH', 28],
  ['SIGSYS', 31],
]);

/** Returns the status that shells report for a process that a signal ended. */
export function getSignalStatus(signal: string | null): number {
  return SIGNAL_BASE + (SIGNAL_NUMBERS.get(signal ?? '') ?? 0);
}

/** Returns the signal that an image names by name or number; absent names mean SIGTERM. */
export function parseSignal(name: string): NodeJS.Signals {
  const found = Array.from(SIGNAL_NUMBERS).find(
    ([known, number]) => known === name || known === `SIG${name}` || String(number) === name,
  );
  return (found?.[0] ?? 'SIGTERM') as NodeJS.Signals;
}
