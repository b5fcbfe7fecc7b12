import fs from 'node:fs';
import path from 'node:path';
import { isRecord } from '../../syntax/json/guard.ts';
import { digestFile } from '../digest-file.ts';

/** The response that a fetched file comes from, stored beside it. */
export interface FeedState {
  readonly url: string;
  /** `sha256:…` of the file. */
  readonly digest: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Paths of the files that it led to, below the directory of feeds. */
  readonly files?: readonly string[];
}

/** Names of our own files in a directory of feeds begin with this; they are not documents. */
export const STATE_PREFIX = '.plimsoll-';
const STATE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads the state of a fetched file. Returns `undefined` if there is none, if it is invalid, or if
 * the file has changed since: then it is downloaded again.
 */
export function readFeedState(file: string): FeedState | undefined {
  try {
    const stateFile = toStateFile(file);
    if (fs.statSync(stateFile).size > STATE_BYTES_MAX) {
      return undefined;
    }
    const state: unknown = JSON.parse(fs.readFileSync(stateFile, 'utf8'));
    return isFeedState(state) && digestFile(file) === state.digest ? state : undefined;
  } catch {
    return undefined;
  }
}

export function writeFeedState(file: string, state: FeedState): void {
  fs.writeFileSync(toStateFile(file), `${JSON.stringify(state, undefined, 2)}\n`);
}

export function toStateFile(file: string): string {
  return path.join(path.dirname(file), `${STATE_PREFIX}${path.basename(file)}.json`);
}

/** Removes a fetched file with its state. */
export function removeFeedFile(file: string): void {
  fs.rmSync(toStateFile(file), { force: true });
  fs.rmSync(file, { force: true });
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

function isFeedState(value: unknown): value is FeedState {
  return (
    isRecord(value) &&
    [value['url'], value['digest']].every((member) => typeof member === 'string') &&
    [value['etag'], value['lastModified']].every(
      (member) => member === undefined || typeof member === 'string',
    ) &&
    (value['files'] === undefined || isTextList(value['files']))
  );
}
