import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/error.ts';
import {
  guardList,
  guardRecord,
  isBoolean,
  isCount,
  isRecord,
  isText,
} from '../../syntax/json/guard.ts';
import type { AcceptedIndex } from '../delivery/trust.ts';
import { createOwnerTag } from '../folder-owner.ts';

/**
 * State of updates, stored next to a database. Without it, a pinned key and the order of indexes
 * are forgotten; losing the rest is harmless.
 */
export interface UpdateState {
  /** Time of the last check, RFC 3339. */
  readonly checkedAt?: string;
  readonly answer?: StoredListing;
  readonly installed?: InstalledArchive;
  /** The last accepted index: a later one must not have a lower sequence number. */
  readonly delivery?: AcceptedIndex;
}

/** The last listing, so that the server need not send it again. */
export interface StoredListing {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** The unchanged text of the listing. */
  readonly text: string;
}

/** The archive that a generation was created from. */
export interface InstalledArchive {
  /** Name of the generation's directory. */
  readonly generation: string;
  readonly checksum: string;
}

const STATE_FILE = 'update.json';
const STATE_BYTES_MAX = 1024 * 1024;

/** Returns an empty state if the file is missing or invalid. */
export function readUpdateState(root: string): UpdateState {
  return parseState(path.join(root, STATE_FILE)) ?? {};
}

function parseState(file: string): UpdateState | undefined {
  try {
    if (fs.statSync(file).size > STATE_BYTES_MAX) {
      return undefined;
    }
    const state: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Replaces the file atomically. If the directory is not writable, only the state is lost. A damaged
 * file stays, because it may contain the accepted index.
 */
export function writeUpdateState(root: string, state: UpdateState): void {
  try {
    if (!isDamaged(root)) {
      replaceState(root, state);
    }
  } catch {
    // The next run checks again.
  }
}

/**
 * Stores that an index was accepted. Without this, an older one could be accepted later.
 *
 * @throws errors of the file system
 */
export function recordAcceptedIndex(
  root: string,
  state: UpdateState & { readonly delivery: AcceptedIndex },
): void {
  replaceState(root, { ...readUpdateState(root), ...state });
}

/**
 * Returns the last accepted index of a database.
 *
 * @throws UserError `E_DB_INVALID` if the state is damaged: the number of the last index is unknown
 */
export function readAcceptedIndex(root: string): AcceptedIndex | undefined {
  if (isDamaged(root)) {
    const file = path.join(root, STATE_FILE);
    throw new UserError('E_DB_INVALID', `the state of updates is damaged: "${file}"`, {
      hint: 'delete the file if a signed index of any age may be accepted',
    });
  }
  return readUpdateState(root).delivery;
}

function isDamaged(root: string): boolean {
  const file = path.join(root, STATE_FILE);
  return fs.existsSync(file) && parseState(file) === undefined;
}

function replaceState(root: string, state: UpdateState): void {
  const file = path.join(root, STATE_FILE);
  const part = `${file}.${createOwnerTag()}`;
  const { answer: _, ...rest } = state;
  const text = formatState(state);
  try {
    // A state that is too large to be read again would be lost.
    const isSmall = Buffer.byteLength(text) <= STATE_BYTES_MAX;
    fs.writeFileSync(part, isSmall ? text : formatState(rest));
    fs.renameSync(part, file);
  } catch (error) {
    removeQuietly(part);
    throw error;
  }
}

function formatState(state: UpdateState): string {
  return `${JSON.stringify(state, undefined, 2)}\n`;
}

/** A component of the path may not be a directory. */
function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // There is nothing to remove.
  }
}

/** Returns the time of the last check, successful or not; RFC 3339. */
export function findLastCheck(root: string): string | undefined {
  return readUpdateState(root).checkedAt;
}

/** Records a check, so that the next run skips it. */
export function rememberCheck(root: string, now: string): void {
  writeUpdateState(root, { ...readUpdateState(root), checkedAt: now });
}

/** Deletes the state of the base. The order of indexes also concerns the other layers. */
export function resetUpdateState(root: string): void {
  const { delivery } = readUpdateState(root);
  if (delivery === undefined) {
    deleteUpdateState(root);
  } else {
    writeUpdateState(root, { delivery });
  }
}

export function deleteUpdateState(root: string): void {
  fs.rmSync(path.join(root, STATE_FILE), { force: true });
}

function isState(value: unknown): value is UpdateState {
  if (!isRecord(value)) {
    return false;
  }
  const { checkedAt, answer, installed, delivery } = value;
  return (
    isTextOrAbsent(checkedAt) &&
    (answer === undefined ||
      (isRecord(answer) &&
        [answer['url'], answer['text']].every((member) => typeof member === 'string') &&
        [answer['etag'], answer['lastModified']].every(isTextOrAbsent))) &&
    (installed === undefined ||
      (isRecord(installed) &&
        [installed['generation'], installed['checksum']].every(
          (member) => typeof member === 'string',
        ))) &&
    (delivery === undefined || isAcceptedIndex(delivery))
  );
}

const isAcceptedIndex = guardRecord<AcceptedIndex>({
  keySet: guardRecord<AcceptedIndex['keySet']>({
    version: isCount,
    threshold: isCount,
    keys: guardList(isText),
  }),
  lineage: guardList(isText),
  isPinned: isBoolean,
  sequence: isCount,
  digest: isText,
  signers: guardList(isText),
  layers: guardList(isText),
});

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
