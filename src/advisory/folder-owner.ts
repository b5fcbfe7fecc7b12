import { hash } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

/**
 * Directories and files in use by one process inside the database directory carry the machine and
 * process in their name or content, so that other processes can detect whether the owner is alive.
 */
export interface Owner {
  /** A digest of the machine's name. */
  readonly host: string;
  readonly pid: number;
}

const TAG = /^([0-9a-f]{8})-(\d{1,10})$/;
const FOLDER_SUFFIX = /-[A-Za-z0-9]{6}$/;
/** Anything of another machine that did not change for this long counts as abandoned. */
const SILENCE_MS_MAX = 6 * 3600 * 1000;

/** Returns the tag that marks the work of this process. */
export function createOwnerTag(): string {
  return `${getHostKey()}-${process.pid}`;
}

/** Parses a tag; returns `undefined` if the text is not a tag. */
export function parseOwner(tag: string): Owner | undefined {
  const [, host, pid] = TAG.exec(tag) ?? [];
  return host === undefined || pid === undefined ? undefined : { host, pid: Number(pid) };
}

/** Returns whether a process is alive; `elsewhere` if this machine cannot detect it. */
export function detectLife({ host, pid }: Owner): 'alive' | 'dead' | 'elsewhere' {
  if (host !== getHostKey()) {
    return 'elsewhere';
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    // The process exists but belongs to another user.
    const isThere = error instanceof Error && 'code' in error && error.code === 'EPERM';
    return isThere ? 'alive' : 'dead';
  }
}

/** Creates a private directory tagged by this process. */
export function makeOwnedFolder(root: string, prefix: string): string {
  return fs.mkdtempSync(path.join(root, `${prefix}${createOwnerTag()}-`));
}

/** Lists the names of tagged directories with this prefix. */
export function listOwnedFolders(root: string, prefix: string): readonly string[] {
  return fs.readdirSync(root).filter((name) => parseFolderOwner(name, prefix) !== undefined);
}

export function isOwnedFolder(name: string, prefix: string): boolean {
  return parseFolderOwner(name, prefix) !== undefined;
}

/** Returns whether no process uses a directory any more. `now`: RFC 3339. */
export function isAbandonedFolder(
  root: string,
  name: string,
  { prefix, now }: { readonly prefix: string; readonly now: string },
): boolean {
  const owner = parseFolderOwner(name, prefix);
  if (owner === undefined) {
    return false;
  }
  const life = detectLife(owner);
  if (life !== 'elsewhere') {
    return life === 'dead';
  }
  const changedMs = fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.parse(now) - changedMs >= SILENCE_MS_MAX;
}

/** Removes the tagged directories with this prefix that no process uses any more. */
export function removeAbandonedFolders(root: string, prefix: string, now: string): void {
  for (const name of listOwnedFolders(root, prefix)) {
    if (isAbandonedFolder(root, name, { prefix, now })) {
      fs.rmSync(path.join(root, name), { recursive: true, force: true });
    }
  }
}

function parseFolderOwner(name: string, prefix: string): Owner | undefined {
  const isSigned = name.startsWith(prefix) && FOLDER_SUFFIX.test(name);
  return isSigned ? parseOwner(name.slice(prefix.length).replace(FOLDER_SUFFIX, '')) : undefined;
}

export function getHostKey(): string {
  return hash('sha256', hostname(), 'hex').slice(0, 8);
}
