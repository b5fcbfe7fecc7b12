import fs from 'node:fs';
import path from 'node:path';
import { makeDirectory } from '../core/make-directory.ts';
import { refuseLoss } from './database-loss.ts';
import {
  isAbandonedFolder,
  isOwnedFolder,
  listOwnedFolders,
  makeOwnedFolder,
} from './folder-owner.ts';

/**
 * A database folder holds generations, each a folder of shards, and a file that names the current
 * one. A new generation is built beside the current one; writing the name is one `rename`, so a
 * reader sees the old database or the new one, whenever the writer dies.
 *
 * The name of a generation tells the machine and the process that build it, from the moment it
 * exists; once it has been current it holds the file `committed`. Every import removes the
 * generations of dead imports, and those that were replaced, except the direct predecessor, which a
 * scan may still be reading.
 */
export interface Generation {
  readonly root: string;
  readonly folder: string;
}

const PREFIX = 'generation-';
const POINTER_FILE = 'current';
const COMMITTED_FILE = 'committed';
const FOLDER_MODE = 0o755;

/** The folder of the current generation; `undefined` where there has never been one. */
export function currentGeneration(root: string): string | undefined {
  const name = readPointer(root);
  return name === undefined ? undefined : path.join(root, name);
}

/**
 * Removes what dead imports left behind, and makes a folder for a new generation. `now`: RFC 3339.
 */
export function beginGeneration(root: string, now: string): Generation {
  makeDirectory(root, (each) => fs.mkdirSync(each));
  removeAbandoned(root, now);
  return { root, folder: makeOwnedFolder(root, PREFIX) };
}

/**
 * Makes a generation the current one, with all its files flushed, and removes those before its
 * predecessor.
 *
 * @throws UserError `E_DB_LOSS` if it lost much of the current one and that is not accepted
 */
export function commitGeneration(
  { root, folder }: Generation,
  { isLossAccepted = false }: { readonly isLossAccepted?: boolean | undefined } = {},
): void {
  const replaced = currentGeneration(root);
  if (replaced !== undefined && !isLossAccepted) {
    refuseLoss(replaced, folder);
  }
  // Until here it was private; a database may be read by other users of the machine.
  fs.chmodSync(folder, FOLDER_MODE);
  for (const name of fs.readdirSync(folder)) {
    syncPath(path.join(folder, name));
  }
  const predecessor = readPointer(root);
  const pointer = path.join(folder, POINTER_FILE);
  fs.writeFileSync(pointer, `${path.basename(folder)}\n`);
  syncPath(pointer);
  syncPath(folder);
  fs.renameSync(pointer, path.join(root, POINTER_FILE));
  syncPath(root);
  fs.writeFileSync(path.join(folder, COMMITTED_FILE), '');
  removeReplaced(root, predecessor);
}

/** Removes a generation that will not be completed. */
export function abandonGeneration({ root, folder }: Generation): void {
  if (readPointer(root) !== path.basename(folder)) {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Removes the database, with whatever dead imports left. A living import is left alone: what it
 * builds becomes the current database when it is done.
 */
export function deleteGenerations(root: string, now: string): void {
  const committed = listGenerations(root).filter((name) => isCommitted(root, name));
  fs.rmSync(path.join(root, POINTER_FILE), { force: true });
  for (const name of committed) {
    fs.rmSync(path.join(root, name), { recursive: true, force: true });
  }
  removeAbandoned(root, now);
}

/**
 * The order matters: what is listed as committed before the pointer is read, and is not named by
 * it, was replaced by a parallel import and will not be named again.
 */
function removeReplaced(root: string, predecessor: string | undefined): void {
  const committed = listGenerations(root).filter((name) => isCommitted(root, name));
  const current = readPointer(root);
  for (const name of committed) {
    if (name !== current && name !== predecessor) {
      fs.rmSync(path.join(root, name), { recursive: true, force: true });
    }
  }
}

function removeAbandoned(root: string, now: string): void {
  const abandoned = listGenerations(root).filter(
    (name) => !isCommitted(root, name) && isAbandonedFolder(root, name, { prefix: PREFIX, now }),
  );
  const current = readPointer(root);
  for (const name of abandoned) {
    if (name !== current) {
      fs.rmSync(path.join(root, name), { recursive: true, force: true });
    }
  }
}

function listGenerations(root: string): readonly string[] {
  return listOwnedFolders(root, PREFIX);
}

function isCommitted(root: string, name: string): boolean {
  return fs.existsSync(path.join(root, name, COMMITTED_FILE));
}

function readPointer(root: string): string | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path.join(root, POINTER_FILE), 'utf8').trim();
  } catch {
    return undefined;
  }
  // A pointer leads nowhere but to a folder beside it.
  return isOwnedFolder(text, PREFIX) ? text : undefined;
}

/** Flushes a file, or the names in a folder, to the disk. */
function syncPath(target: string): void {
  const file = fs.openSync(target, 'r');
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}
