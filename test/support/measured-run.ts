import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface MeasuredRunOptions {
  /** Arguments of Node: its own, the program and those of the program. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Files that receive the program's output. */
  readonly stdoutPath: string;
  readonly stderrPath: string;
  /** Its own directory for temporary files, whose size is measured. */
  readonly temporary: string;
  /**
   * Processor time; wall-clock time may be five times as long, since other processes may run too.
   */
  readonly msMax: number;
  readonly memoryBytesMax: number;
}

export interface MeasuredRun {
  /** Exit status, or the name of the signal that ended it. */
  readonly status: number | string;
  /** Why it was killed; absent if it ended by itself. */
  readonly killedFor?: 'time' | 'memory';
  readonly ms: number;
  /** Processor time of the run. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly temporaryBytes: number;
}

const LOOK_MS = 20;
const CLOCK_SHARE = 5;
/** Linux reports process times in hundredths of a second. */
const TICK_MS = 10;

/**
 * Runs a program to its end, or until it exceeds its time or memory. Memory and temporary files are
 * measured every {@link LOOK_MS} milliseconds from Linux's process data; on other systems both are
 * 0.
 */
export async function runMeasured(options: MeasuredRunOptions): Promise<MeasuredRun> {
  const { args, environment, cwd, temporary, msMax, memoryBytesMax } = options;
  const stdout = openSync(options.stdoutPath, 'w');
  const stderr = openSync(options.stderrPath, 'w');
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: environment,
    stdio: ['ignore', stdout, stderr],
  });
  closeSync(stdout);
  closeSync(stderr);
  let memoryBytes = 0;
  let temporaryBytes = 0;
  let cpuMs = 0;
  let killedFor: 'time' | 'memory' | undefined;
  const look = setInterval(() => {
    memoryBytes = Math.max(memoryBytes, readMemory(child.pid ?? 0));
    temporaryBytes = Math.max(temporaryBytes, sumOpenBytes(temporary, child.pid ?? 0));
    if (memoryBytes > memoryBytesMax) killedFor ??= 'memory';
    cpuMs = Math.max(cpuMs, readCpuMs(child.pid ?? 0));
    if (cpuMs > msMax || performance.now() - start > CLOCK_SHARE * msMax) killedFor ??= 'time';
    if (killedFor !== undefined) child.kill('SIGKILL');
  }, LOOK_MS);
  const { promise, resolve, reject } = Promise.withResolvers<number | string>();
  child.on('error', reject);
  child.on('close', (status, signal) => resolve(status ?? signal ?? ''));
  try {
    const status = await promise;
    const ms = performance.now() - start;
    const killed = killedFor === undefined ? {} : { killedFor };
    return { status, ...killed, ms, cpuMs, memoryBytes, temporaryBytes };
  } finally {
    clearInterval(look);
  }
}

/** Returns the peak memory of a process: see proc_pid_status(5). */
function readMemory(processId: number): number {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    return Number(/^VmHWM:\s*([0-9]+) kB$/mu.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** See proc_pid_stat(5): the program name, which may contain anything, ends with a parenthesis. */
function readCpuMs(processId: number): number {
  try {
    const status = readFileSync(`/proc/${processId}/stat`, 'utf8');
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

/**
 * Returns the bytes on disk of a process's open files that are in a directory, including deleted
 * ones.
 */
function sumOpenBytes(folder: string, processId: number): number {
  const descriptors = `/proc/${processId}/fd`;
  let bytes = 0;
  try {
    for (const name of readdirSync(descriptors)) {
      const path = join(descriptors, name);
      if (readlinkSync(path).startsWith(folder)) {
        bytes += statSync(path).blocks * 512;
      }
    }
  } catch {
    // The process, or one of its files, has disappeared meanwhile.
  }
  return bytes;
}
