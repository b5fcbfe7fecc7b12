import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { RootTree } from './root-tree.ts';

/** The user that an image runs as. */
export interface Account {
  readonly user: number;
  readonly group: number;
  readonly groups: readonly number[];
  readonly home: string;
  /** Set if the image names a user or group that it does not have. */
  readonly problem?: string;
}

const FILE_BYTES_MAX = 1024 * 1024;

/**
 * Resolves the user of an image with its own account files, as engines do: a name or number, and
 * optionally a group.
 */
export function findAccount(tree: RootTree, folder: string, name: string): Account {
  const users = readRows(tree, folder, '/etc/passwd');
  const groups = readRows(tree, folder, '/etc/group');
  const [userPart = '', groupPart = ''] = name.split(':');
  const user = userPart === '' ? '0' : userPart;
  const row = users.find(([found = '', , id]) => found === user || id === user);
  const userId = row?.[2] ?? user;
  const groupRow = groups.find(([found = '', , id]) => found === groupPart || id === groupPart);
  const groupId = groupPart === '' ? (row?.[3] ?? '0') : (groupRow?.[2] ?? groupPart);
  const isKnown = isNumber(userId) && isNumber(groupId);
  const supplementary =
    groupPart === '' && row !== undefined
      ? groups
          .filter(([, , , members = '']) => members.split(',').includes(row[0] ?? ''))
          .map(([, , id = '']) => id)
          .filter(isNumber)
      : [];
  return {
    user: isKnown ? Number(userId) : 0,
    group: isKnown ? Number(groupId) : 0,
    groups: [...new Set([groupId, ...supplementary].filter(isNumber).map(Number))],
    home: row?.[5] ?? '/',
    ...(isKnown ? {} : { problem: `unable to find user ${name}` }),
  };
}

function isNumber(value: string): boolean {
  return /^[0-9]{1,9}$/u.test(value);
}

function readRows(tree: RootTree, folder: string, path: string): readonly (readonly string[])[] {
  const { end } = tree.trace(path);
  if (end?.type !== 'regular') {
    return [];
  }
  const file = openSync(
    join(folder, end.layer, end.path),
    constants.O_RDONLY | constants.O_NOFOLLOW,
  );
  try {
    const content = Buffer.alloc(Math.min(end.sizeBytes, FILE_BYTES_MAX));
    const size = readSync(file, content, 0, content.length, 0);
    return content
      .toString('utf8', 0, size)
      .split('\n')
      .map((line) => line.split(':'));
  } finally {
    closeSync(file);
  }
}
