import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One command line of a program. */
export type Line = readonly [program: string, ...args: string[]];

export interface Usage {
  readonly milliseconds: number;
  /** Time of the processor, and memory; `undefined` without the program `time`. */
  readonly processorMilliseconds: number | undefined;
  readonly memoryMegabytes: number | undefined;
}

const RUNS = 5;

/**
 * Measures a command line; returns the least of several runs, because others wait for other
 * processes of the machine. Every run has an empty home directory, so that no cache of an earlier
 * run helps. Throws if the program fails.
 */
export function measureCold(line: Line, environment: NodeJS.ProcessEnv = {}): Usage {
  const usages = Array.from({ length: RUNS }, () => {
    const home = mkdtempSync(join(tmpdir(), 'plimsoll-measure-'));
    try {
      return runOnce(line, { PATH: process.env['PATH'], HOME: home, ...environment });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
  const findLeast = (name: keyof Usage): number | undefined => {
    const values = usages.flatMap((usage) => usage[name] ?? []);
    return values.length === 0 ? undefined : Math.min(...values);
  };
  return {
    milliseconds: findLeast('milliseconds') ?? 0,
    processorMilliseconds: findLeast('processorMilliseconds'),
    memoryMegabytes: findLeast('memoryMegabytes'),
  };
}

const TIME = ['/usr/bin/time', '-f', '%U %S %M'] as const;
const hasTime = spawnSync(TIME[0], [...TIME.slice(1), 'true']).status === 0;

function runOnce(line: Line, env: NodeJS.ProcessEnv): Usage {
  const [program, ...args] = hasTime ? ([...TIME, ...line] as const) : line;
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (status !== 0) {
    throw new Error(`"${line.join(' ')}" ended with ${status}: ${error?.message ?? stderr}`);
  }
  const [user, system, kilobytes] = (stderr.trimEnd().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  return {
    milliseconds,
    processorMilliseconds: hasTime ? ((user ?? 0) + (system ?? 0)) * 1000 : undefined,
    memoryMegabytes: hasTime ? (kilobytes ?? 0) / 1000 : undefined,
  };
}
