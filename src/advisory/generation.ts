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
import { syncPath } from './sync-path.ts';

/**
 * A database directory contains generations, each a directory of shards, and a file that names the
 * current one. A new generation is built next to the current one. Writing the name is one `rename`,
 * so a reader sees either the old or the new database, whenever the writer dies.
 *
 * The name of a generation carries the machine and process that build it, from its creation; once
 * it was current it contains the file `committed`. Every import removes the generations of dead
 * imports and those that were replaced, except the direct predecessor, which a scan may still be
 * reading.
 */
export interface Generation {
  readonly root: string;
  readonly folder: string;
}

const PREFIX = 'generation-';
const POINTER_FILE = 'current';
const COMMITTED_FILE = 'committed';
const FOLDER_MODE = 0o755;

/** Returns the directory of the current generation; `undefined` if there never was one. */
export function findCurrentGeneration(root: string): string | undefined {
  const name = readPointer(root);
  return name === undefined ? undefined : path.join(root, name);
}

/**
 * Removes the remains of dead imports and creates a directory for a new generation. `now`: RFC
 * 3339.
 */
export function beginGeneration(root: string, now: string): Generation {
  makeDirectory(root, (each) => fs.mkdirSync(each));
  removeAbandoned(root, now);
  return { root, folder: makeOwnedFolder(root, PREFIX) };
}

/**
 * Makes generations of different layers the current ones. Checks all of them before it replaces the
 * first.
 *
 * @throws UserError `E_DB_LOSS` if one lost much of the current one and that is not accepted; then
 *   it discards all
 */
export function commitGenerations(
  generations: readonly Generation[],
  { isLossAccepted = false }: { readonly isLossAccepted?: boolean | undefined } = {},
): void {
  try {
    for (const { root, folder } of generations) {
      const replaced = findCurrentGeneration(root);
      if (replaced !== undefined && !isLossAccepted) {
        refuseLoss(replaced, folder);
      }
    }
  } catch (error) {
    generations.forEach(discardGeneration);
    throw error;
  }
  generations.forEach(commitGeneration);
}

/**
 * Flushes all files of a generation, makes it the current one, and removes those before its
 * predecessor.
 */
function commitGeneration({ root, folder }: Generation): void {
  // The files are private during the build. Other users may read a complete database.
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
export function discardGeneration({ root, folder }: Generation): void {
  if (readPointer(root) !== path.basename(folder)) {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Removes the database and the remains of dead imports. A running import is left alone: its result
 * becomes the current database.
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
 * The order matters: a generation that was listed as committed before the pointer was read, and
 * that the pointer does not name, was replaced by a parallel import and will not be named again.
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

/** Returns the text of the file that names the current generation; empty if there is none. */
export async function readPointerText(root: string): Promise<string> {
  return await fs.promises.readFile(path.join(root, POINTER_FILE), 'utf8').catch(() => '');
}

function readPointer(root: string): string | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path.join(root, POINTER_FILE), 'utf8').trim();
  } catch {
    return undefined;
  }
  // A pointer may only name a directory next to it.
  return isOwnedFolder(text, PREFIX) ? text : undefined;
}
