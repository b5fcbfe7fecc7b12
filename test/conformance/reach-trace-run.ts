import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TracedProgram } from './reach-programs.data.ts';
import { PATH, type TraceRoot } from './reach-trace-root.ts';

/** Seconds that a program runs if its entry sets none, and until it is driven. */
const SECONDS = 5;
const DRIVE_AFTER_SECONDS = 1.5;

/** Files that a program opened, and its output. */
export interface Trace {
  /** Real paths of files of the image, in the order of first opening. */
  readonly opened: readonly string[];
  readonly output: string;
}

/**
 * Runs a program, unless its trace exists, in its own mount, network and process namespace, over a
 * layer that receives its writes, under strace, and reads the opened and started files from the
 * trace.
 */
export function traceProgram(root: TraceRoot, program: TracedProgram, scratch: string): Trace {
  const upper = join(scratch, 'upper');
  const merged = join(scratch, 'merged');
  const trace = join(scratch, `${program.id}.strace`);
  rmSync(upper, { recursive: true, force: true });
  for (const name of ['upper', 'work', 'merged']) {
    mkdirSync(join(scratch, name), { recursive: true });
  }
  const { environment = [], workingFolder = '/', seconds = SECONDS } = program;
  const lines = [
    `mount -t overlay overlay -o lowerdir=${root.folder},upperdir=${upper},workdir=${scratch}/work ${merged}`,
    `cd ${merged} && mkdir -p proc dev tmp`,
    'mount -t proc proc proc && mount --rbind /dev dev && mount -t tmpfs tmpfs tmp && chmod 1777 tmp',
    'ip link set lo up',
    `chroot . /bin/sh -c "$BEFORE"`,
    `{ sleep ${DRIVE_AFTER_SECONDS}; chroot . /bin/sh -c "$DRIVE"; } >/dev/null 2>&1 &`,
    program.before === undefined ? '' : 'sleep 1',
    `timeout -s KILL ${seconds + 4} strace -f -y -s 4096 -e trace=open,openat,openat2,execve,execveat -o ${trace} -- timeout -k 1 ${seconds} chroot . /bin/sh -c 'cd "$DIRECTORY" && exec env -i ${[PATH, ...environment].join(' ')} "$@"' sh "$@"`,
    // The end of the first process of the namespace ends all others.
    'exit 0',
  ];
  const spaces = ['--mount', '--net', '--pid', '--fork', '--kill-child'];
  const read = (output: string): Trace => ({
    opened: readTrace(readFileSync(trace, 'utf8'), merged, root.folder),
    output,
  });
  if (existsSync(trace)) {
    return read('');
  }
  const output = capture(
    'unshare',
    [...spaces, 'sh', '-c', lines.join('\n'), 'sh', ...program.command],
    {
      ...process.env,
      BEFORE: program.before ?? 'true',
      DRIVE: program.drive ?? 'true',
      DIRECTORY: workingFolder,
    },
  );
  return read(output);
}

function capture(command: string, words: readonly string[], env: NodeJS.ProcessEnv): string {
  try {
    return execFileSync(command, words, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  }
}

/** Excluded as in the measurements that ours are compared with; served content is included. */
const LEFT_OUT = /^\/(?:proc|dev|sys|tmp|run|var(?!\/www\/))\//;
const OPENED = /^\d+\s+open(?:at2?)?\((.*)\) = \d+<(\/[^>]*)>$/;
const STARTED = /^\d+\s+execve\("((?:[^"\\]|\\.)*)", .*\) = 0$/;
const RESUMED = /^(\d+)\s+<\.\.\. \w+ resumed>(.*)$/;

/**
 * Returns files opened for reading, and started ones; only those that the image had before the run.
 */
function readTrace(text: string, merged: string, root: string): readonly string[] {
  const opened = new Set<string>();
  const unfinished = new Map<string, string>();
  // `env`, the last program before the traced one, opens its own files.
  let [isNear, isInside] = [false, false];
  for (const written of text.split('\n')) {
    const line = joinLine(written, unfinished);
    if (line === undefined) {
      continue;
    }
    const [, started] = STARTED.exec(line) ?? [];
    const [, words = '', reached = ''] = OPENED.exec(line) ?? [];
    isInside ||= isNear && started !== undefined;
    isNear ||= started?.endsWith('/env') === true;
    const isRead = reached !== '' && !words.includes('O_WRONLY');
    const path = isRead ? stripRoot(reached, merged) : undefined;
    for (const one of path === undefined ? listStartedFiles(started, root) : [path]) {
      if (isInside && isInImage(one, root)) {
        opened.add(one);
      }
    }
  }
  return [...opened].filter((path) => !LEFT_OUT.test(path));
}

function joinLine(line: string, unfinished: Map<string, string>): string | undefined {
  const cut = line.indexOf(' <unfinished ...>');
  if (cut !== -1) {
    const start = line.slice(0, cut);
    unfinished.set(start.slice(0, start.indexOf(' ')), start);
    return undefined;
  }
  const [, id = '', rest = ''] = RESUMED.exec(line) ?? [];
  return id === '' ? line : `${unfinished.get(id) ?? ''}${rest}`;
}

function stripRoot(path: string, merged: string): string | undefined {
  return path.startsWith(`${merged}/`) ? path.slice(merged.length) : undefined;
}

const INTERPRETED_DEPTH_MAX = 4;

/**
 * Returns real paths of files started by an absolute path, and of those that the kernel loads for
 * them.
 */
function listStartedFiles(path: string | undefined, root: string): readonly string[] {
  const found: string[] = [];
  let at = path;
  for (let depth = 0; at !== undefined && depth < INTERPRETED_DEPTH_MAX; depth += 1) {
    const real = at.startsWith('/') ? resolvePath(at, root) : '';
    if (real === '' || !isInImage(real, root)) {
      break;
    }
    found.push(real);
    const head = readFileSync(join(root, real)).subarray(0, 4096).toString('latin1');
    at = /^#!\s*(\S+)/.exec(head)?.[1] ?? /\0(\/lib[\w/.-]*\/ld-[\w.-]+)\0/.exec(head)?.[1];
  }
  return found;
}

const LINKS_MAX = 40;

/** Resolves the path as a process in the root would; empty if it leads nowhere. */
function resolvePath(path: string, root: string): string {
  const names = path.split('/').filter(Boolean).toReversed();
  let at = '';
  let links = 0;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const next = name === '..' ? dirname(at) : name === '.' ? at : `${at}/${name}`;
    const found = lstatSync(join(root, next), { throwIfNoEntry: false });
    links += found?.isSymbolicLink() === true ? 1 : 0;
    if (found === undefined || links > LINKS_MAX) {
      return '';
    }
    if (found.isSymbolicLink()) {
      const target = readlinkSync(join(root, next));
      at = target.startsWith('/') ? '' : at;
      names.push(...target.split('/').filter(Boolean).toReversed());
    } else {
      at = next === '/' ? '' : next;
    }
  }
  return at;
}

function isInImage(path: string, root: string): boolean {
  try {
    return lstatSync(join(root, path)).isFile();
  } catch {
    return false;
  }
}
