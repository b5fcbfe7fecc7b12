import { readFileSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { parse } from 'node:path';
import { UserError } from '../../../foundation/core/error.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import type { OpenOptions, OpenTarget, Source } from '../../../foundation/core/target.ts';
import { detectPathKind, tryFileOperation } from '../local-file.ts';
import { findSystemProblem } from '../unread-system.ts';
import { openTree } from '../walk-tree.ts';
import { type LeftOutMount, listLeftOut } from './mounts.ts';

/**
 * The files of this machine, or of the one whose root is mounted in a directory: `host:` or
 * `host:/mnt`. File systems without files of the machine are left out.
 */
export const host: Source = {
  id: 'host',
  title: 'Files of this machine',
  spec: 'proc_pid_mountinfo(5)',
  recognize: async () => 0,
  open,
};

const MOUNTS = '/proc/self/mountinfo';
const MACHINE_ROOT = '/';

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const userInput = target === '' ? MACHINE_ROOT : target;
  const root = tryFileOperation(userInput, () => realpathSync(userInput));
  if (detectPathKind(root) !== 'folder') {
    throw new UserError('E_TARGET_UNKNOWN', `"${userInput}" is not a directory`, {
      hint: 'write host: for this machine, or host: and the directory in which its root is mounted',
    });
  }
  const { mounts, problems } = readMounts(root);
  announceLeftOut(mounts, options);
  const leftOut = new Set(mounts.map(({ path }) => path));
  // The root of Windows is that of a drive.
  const isMachine = root === parse(root).root;
  const name = options.name ?? (isMachine ? hostname() : userInput);
  return openTree({ root, userInput, name, leftOut, problems }, options);
}

function readMounts(root: string): {
  readonly mounts: readonly LeftOutMount[];
  readonly problems: readonly Problem[];
} {
  const system = findSystemProblem(process.platform);
  const problems = system === undefined ? [] : [system];
  try {
    const mounts = listLeftOut(readFileSync(MOUNTS, 'utf8'), root);
    const remote = mounts.filter(({ kind }) => kind === 'remote');
    const notes = remote.map(
      ({ path, type }): Problem => ({
        code: 'P_UNREADABLE',
        message: `the directory was left out: files of other machines are mounted there (${type})`,
        path,
      }),
    );
    return { mounts, problems: [...problems, ...notes] };
  } catch {
    const message = 'the mounts of this machine are unknown: files of other machines may be listed';
    return { mounts: [], problems: [...problems, { code: 'P_UNREADABLE', message }] };
  }
}

function announceLeftOut(mounts: readonly LeftOutMount[], { progress }: OpenOptions): void {
  const paths = mounts.filter(({ kind }) => kind === 'kernel').map(({ path }) => path);
  if (paths.length > 0) {
    const message = `left out, because the kernel provides them: ${paths.join(', ')}`;
    progress.emit({ kind: 'notice', level: 'info', message });
  }
}
