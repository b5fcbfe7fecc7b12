import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { createOwnerTag } from '../folder-owner.ts';
import {
  type DatabaseIndex,
  formatPublishedIndex,
  type PublishedIndex,
  parsePublishedIndex,
  readIndexContent,
} from './database-index.ts';

/** File in a database directory: the index that the database was installed from. */
const STORED_INDEX_FILE = 'signed-index.json';

/** An installed index, which still has its publisher's signatures. */
export interface StoredIndex {
  readonly published: PublishedIndex;
  readonly index: DatabaseIndex;
}

/** Stores an installed index, so that it can be exported with its signatures. */
export function storeIndex(root: string, published: PublishedIndex): void {
  const file = path.join(root, STORED_INDEX_FILE);
  const part = `${file}.${createOwnerTag()}`;
  fs.writeFileSync(part, formatPublishedIndex(published));
  fs.renameSync(part, file);
}

/** Returns `undefined` if there is none, or if it is unreadable. */
export function readStoredIndex(root: string, limits: Limits): StoredIndex | undefined {
  const file = path.join(root, STORED_INDEX_FILE);
  try {
    const published = parsePublishedIndex(fs.readFileSync(file, 'utf8'), file, limits);
    return { published, index: readIndexContent(published.document, file) };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing || error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

/** Deletes a stored index, and the remains of writers that were killed. */
export function deleteStoredIndex(root: string): void {
  for (const name of fs.readdirSync(root)) {
    if (name.startsWith(STORED_INDEX_FILE)) {
      fs.rmSync(path.join(root, name), { force: true });
    }
  }
}
