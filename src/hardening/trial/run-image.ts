import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Account } from './account.ts';
import { isPortOpen, listListeners } from './listeners.ts';
import type { MountPoints } from './mount-points.ts';
import { ASPECTS, type Aspect, type Observation } from './observation.ts';
import { BoundedOutput, getSignalStatus, parseSignal, TOOL_ENVIRONMENT } from './run-child.ts';
import { Sandbox } from './sandbox.ts';
import type { TrialProcess } from './trial-image.ts';
import type { LaunchRequest, TrialCommand, TrialProgram, TrialRuntime } from './trial-program.ts';
import { listWrittenFiles } from './written-files.ts';

/** An unpacked image. */
export interface ImageRoot {
  readonly process: TrialProcess;
  /** Directory with the unpacked layers and an empty `stage`. */
  readonly folder: string;
  readonly layers: readonly string[];
  readonly mountPoints: MountPoints;
  readonly account: Account;
}

/** Settings that all runs of a trial share. */
export interface TrialSettings {
  /** Run beside the program once its ports are open; empty if there is none. */
  readonly command: readonly string[];
  /** Variables of the command. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nodePath: string;
  readonly runtime: TrialRuntime;
  /** Milliseconds of a clock that is never set back. */
  readonly now: () => number;
  /** Time until the ports must be open, or a program without ports is taken as running. */
  readonly startMs: number;
  /** Time that the command may take. */
  readonly commandMs: number;
  /** Time that the program has to stop before it is killed. */
  readonly stopMs: number;
  readonly limits: Limits;
  /** Releases everything if the user interrupts. */
  readonly resources: DisposableStack;
}

/** Options of one run. */
export interface RunOptions {
  /** Listeners of the original; those of the run are awaited. */
  readonly awaited?: readonly string[];
  /** File that receives the system calls of the program; absent if they are not recorded. */
  readonly traceFile?: string;
  /** Time that the program has to stop; shorter if the original did not stop in time. */
  readonly stopMs?: number;
}

const POLL_MS = 20;
/** Listeners that do not change for this long are complete. */
const SETTLE_MS = 700;
/** Time after the command for the last output. */
const QUIET_MS = 200;
const TRACE_MS_MAX = 3_000;

/** Runs an image once and returns its behavior. Nothing is left running or mounted. */
export async function runImage(
  root: ImageRoot,
  settings: TrialSettings,
  options: RunOptions = {},
): Promise<Observation> {
  const { limits, nodePath } = settings;
  const sandbox = await Sandbox.start({
    folder: root.folder,
    layers: root.layers,
    mountPoints: root.mountPoints,
    nodePath,
    writtenBytesMax: limits.trialWrittenBytesMax,
    outputBytesMax: limits.trialOutputBytesMax,
    runtime: settings.runtime,
    memoryBytesMax: limits.trialMemoryBytesMax,
    processesMax: limits.trialProcessesMax,
  });
  using release = new DisposableStack();
  release.defer(() => sandbox.kill());
  settings.resources.defer(() => sandbox.kill());
  const program = await sandbox.prepareProgram(createLaunchRequest(root, root.process.command));
  const health = parseHealthcheck(root.process);
  const checker =
    health.length === 0
      ? undefined
      : await sandbox.prepareCommand(program, createLaunchRequest(root, health));
  await sandbox.seal();
  await traceProgram(program, options, release);
  program.launch();
  await waitForStart(program, root.process, settings, options.awaited);
  const response = await runCommand(sandbox, settings);
  const healthResult = checker === undefined ? NOTHING : await runHealthcheck(checker);
  await Promise.race([program.ended, wait(QUIET_MS)]);
  const listeners = listListeners(program.pid);
  const status = await stopProgram(program, root.process, options.stopMs ?? settings.stopMs);
  const files = listWrittenFiles(sandbox.writtenFolder, {
    filesMax: limits.trialFilesMax,
    fileBytesMax: limits.trialFileBytesMax,
  });
  return {
    status: [status],
    output: splitLines(program.output.toString()),
    errors: splitLines(program.errors.toString()),
    response: response.lines,
    listeners,
    files: files.lines,
    health: healthResult.lines,
    cuts: listCuts({
      output: program.output,
      errors: program.errors,
      response,
      files,
      health: healthResult,
    }),
  };
}

function listCuts(parts: Partial<Record<Aspect, { readonly isCut: boolean }>>): readonly Aspect[] {
  return ASPECTS.filter((aspect) => parts[aspect]?.isCut === true);
}

function createLaunchRequest(root: ImageRoot, args: readonly string[]): LaunchRequest {
  const { account, process } = root;
  const environment: [string, string][] = [
    ['HOSTNAME', 'trial'],
    ['HOME', account.home],
  ];
  return {
    user: account.user,
    group: account.group,
    groups: account.groups,
    directory: process.workingFolder === '' ? '/' : process.workingFolder,
    args,
    environment: Object.fromEntries([...environment, ...process.environment]),
  };
}

/** Records system calls from outside of the namespaces. */
async function traceProgram(
  program: TrialProgram,
  { traceFile }: RunOptions,
  release: DisposableStack,
): Promise<void> {
  if (traceFile === undefined) {
    return;
  }
  const tracer = spawn('strace', [...TRACE_ARGUMENTS, '-o', traceFile, '-p', program.pid], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: TOOL_ENVIRONMENT,
  });
  tracer.on('error', () => undefined);
  release.defer(() => tracer.kill('SIGKILL'));
  const { promise, resolve } = Promise.withResolvers<void>();
  tracer.stderr.on('data', () => resolve());
  tracer.on('close', () => resolve());
  const timer = setTimeout(resolve, TRACE_MS_MAX);
  await promise.finally(() => clearTimeout(timer));
}

/** Calls with a path. A message on standard error shows that the process is attached. */
const TRACE_ARGUMENTS = ['-f', '-y', '-s', '4096', '-e', 'trace=%file', '-e', 'signal=none'];

async function waitForStart(
  program: TrialProgram,
  { exposedPorts }: TrialProcess,
  { startMs, now }: TrialSettings,
  awaited: readonly string[] | undefined,
): Promise<void> {
  const until = now() + startMs;
  let seen = '';
  let sinceMs = now();
  while (!program.hasEnded && now() < until) {
    const listeners = listListeners(program.pid);
    const text = listeners.join(' ');
    if (text !== seen) {
      [seen, sinceMs] = [text, now()];
    }
    const isOpen =
      exposedPorts.every((port) => isPortOpen(port, listeners)) &&
      (awaited ?? []).every((one) => listeners.includes(one));
    if (isOpen && listeners.length > 0 && now() - sinceMs >= SETTLE_MS) {
      return;
    }
    await Promise.race([program.ended, wait(POLL_MS)]);
  }
}

/** The result of a command that runs beside the program. */
interface Response {
  readonly lines: readonly string[];
  /** Whether it did not run to its end, or printed more than the limit. */
  readonly isCut: boolean;
}

const NOTHING: Response = { lines: [], isCut: false };
const TIMED_OUT = 'stopped by the time limit';
/** Status of a command that cannot be started, or that does not exist. POSIX.1-2024, sh. */
const NOT_STARTED: ReadonlySet<number | null> = new Set([126, 127]);

async function runCommand(sandbox: Sandbox, settings: TrialSettings): Promise<Response> {
  const { command, environment, commandMs, limits } = settings;
  if (command.length === 0) {
    return NOTHING;
  }
  const child = sandbox.spawnCommand(command, environment);
  const { stdout, stderr } = child;
  const output =
    stdout === null ? undefined : new BoundedOutput(stdout, limits.trialOutputBytesMax);
  const errors =
    stderr === null ? undefined : new BoundedOutput(stderr, limits.trialOutputBytesMax);
  const { promise, resolve } = Promise.withResolvers<{ status: string; isOver: boolean }>();
  child.on('error', () => resolve({ status: 'could not be started', isOver: false }));
  child.on('close', (code, signal) => {
    const status = `status ${code ?? getSignalStatus(signal)}`;
    resolve({ status, isOver: !NOT_STARTED.has(code) });
  });
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    resolve({ status: TIMED_OUT, isOver: false });
  }, commandMs);
  const { status, isOver } = await promise.finally(() => clearTimeout(timer));
  return {
    lines: [
      status,
      ...splitLines(output?.toString() ?? ''),
      ...splitLines(errors?.toString() ?? '').map((line) => `stderr: ${line}`),
    ],
    isCut: !isOver || output?.isCut === true || errors?.isCut === true,
  };
}

/** Returns the command of a health check. Docker's `CMD-SHELL` uses the shell of the image. */
function parseHealthcheck({ healthcheck }: TrialProcess): readonly string[] {
  const [kind, ...words] = healthcheck;
  return kind === 'CMD' ? words : kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : [];
}

const HEALTH_MS_MAX = 30_000;

async function runHealthcheck(checker: TrialCommand): Promise<Response> {
  checker.launch();
  const status = await Promise.race([checker.ended, wait(HEALTH_MS_MAX)]);
  if (status === undefined) {
    checker.kill();
    return { lines: [TIMED_OUT], isCut: true };
  }
  return { lines: [`status ${status}`], isCut: false };
}

/** Status of a program that ignores the signal that stops it. */
export const KILLED = 'running until killed';

/** Stops the program as engines do. Returns how it ended. */
async function stopProgram(
  program: TrialProgram,
  { stopSignal }: TrialProcess,
  stopMs: number,
): Promise<string> {
  if (program.hasEnded) {
    return `exit status ${await program.ended}`;
  }
  sendSignal(program.pid, parseSignal(stopSignal));
  const status = await Promise.race([program.ended, wait(stopMs)]);
  if (status !== undefined) {
    return `running until stopped, then exit status ${status}`;
  }
  sendSignal(program.pid, 'SIGKILL');
  await program.ended;
  return KILLED;
}

function sendSignal(pid: string, signal: NodeJS.Signals): void {
  try {
    process.kill(Number(pid), signal);
  } catch {
    // It has just ended.
  }
}

function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/u);
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return lines;
}
