import fs from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../syntax/json/guard.ts';
import { createOwnerTag } from '../folder-owner.ts';

/** State of updates, stored next to a database. Losing this state is harmless. */
export interface UpdateState {
  /** Time of the last check, RFC 3339. */
  readonly checkedAt?: string;
  readonly answer?: StoredListing;
  readonly installed?: InstalledArchive;
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
  const file = path.join(root, STATE_FILE);
  try {
    if (fs.statSync(file).size > STATE_BYTES_MAX) {
      return {};
    }
    const state: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return isState(state) ? state : {};
  } catch {
    return {};
  }
}

/** Replaces the file atomically. If the directory is not writable, only the state is lost. */
export function writeUpdateState(root: string, state: UpdateState): void {
  const file = path.join(root, STATE_FILE);
  const part = `${file}.${createOwnerTag()}`;
  try {
    fs.writeFileSync(part, `${JSON.stringify(state, undefined, 2)}\n`);
    fs.renameSync(part, file);
  } catch {
    removeQuietly(part);
  }
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

export function deleteUpdateState(root: string): void {
  fs.rmSync(path.join(root, STATE_FILE), { force: true });
}

function isState(value: unknown): value is UpdateState {
  if (!isRecord(value)) {
    return false;
  }
  const { checkedAt, answer, installed } = value;
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
        )))
  );
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
