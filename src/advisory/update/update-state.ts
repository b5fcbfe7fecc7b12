import fs from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../syntax/json/guard.ts';
import { ownTag } from '../folder-owner.ts';

/** What is remembered beside a database about where it came from. All of it can be lost. */
export interface UpdateState {
  /** When a place was last asked, RFC 3339. */
  readonly checkedAt?: string;
  readonly answer?: ListingAnswer;
  readonly installed?: InstalledArchive;
}

/** The last listing, so that the server need not send it again. */
export interface ListingAnswer {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** The listing as it came. */
  readonly text: string;
}

/** The archive that a generation was made of. */
export interface InstalledArchive {
  /** Name of the generation's folder. */
  readonly generation: string;
  readonly checksum: string;
}

const STATE_FILE = 'update.json';
const STATE_BYTES_MAX = 1024 * 1024;

/** Nothing where there is no file, or none that can be understood. */
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

/** Replaces the file at once. A folder that cannot be written costs only the memory. */
export function writeUpdateState(root: string, state: UpdateState): void {
  const file = path.join(root, STATE_FILE);
  const part = `${file}.${ownTag()}`;
  try {
    fs.writeFileSync(part, `${JSON.stringify(state, undefined, 2)}\n`);
    fs.renameSync(part, file);
  } catch {
    removeQuietly(part);
  }
}

/** What lies on the way may be no directory at all. */
function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // There is nothing to remove.
  }
}

/** When a place was last asked, with or without success; RFC 3339. */
export function lastCheck(root: string): string | undefined {
  return readUpdateState(root).checkedAt;
}

/** Remembers that a place was asked just now, so that the next run need not. */
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
