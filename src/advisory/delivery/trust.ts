import { hash } from 'node:crypto';
import fs from 'node:fs';
import { UserError } from '../../core/error.ts';
import { canonicalizeJson } from '../../syntax/json/canonical-json.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { type DatabaseIndex, type PublishedIndex, readIndexContent } from './database-index.ts';
import {
  followRotations,
  isKeyList,
  type KeyList,
  type KeySet,
  parseKeySet,
  toKeySet,
} from './key-list.ts';
import { createTrustError, verifyDocument } from './signed-document.ts';
import { parseVerifyingKey, parseVerifyingPem } from './signing-key.ts';

/** The last accepted index of a publisher, stored in the state of updates. */
export interface AcceptedIndex {
  /** Key set that was trusted after all known rotations. */
  readonly keySet: {
    readonly version: number;
    readonly threshold: number;
    readonly keys: readonly string[];
  };
  /** IDs of all keys that the publisher has had, as far as they were trusted. */
  readonly lineage: readonly string[];
  /** Whether the keys stay trusted without `--db-key`, because the user accepted them on first use. */
  readonly isPinned: boolean;
  readonly sequence: number;
  /** `sha256:…` of the signed content. */
  readonly digest: string;
  /** IDs of the keys that signed it. */
  readonly signers: readonly string[];
  /** IDs of its layers. */
  readonly layers: readonly string[];
}

/** How the user decides which keys to trust. */
export interface TrustRequest {
  /** File of the public key or of the key list of the publisher. */
  readonly keyFile?: string;
  /** Whether the first keys that a source presents are trusted from then on. */
  readonly isFirstKeyTrusted?: boolean;
}

export interface TrustOptions extends TrustRequest {
  readonly accepted: AcceptedIndex | undefined;
  /** Address or file of the index, for messages. */
  readonly place: string;
  /** Time of the machine's clock in RFC 3339, which no setting changes. */
  readonly machineTime: string;
}

/** A verified index, and the state to store once it is in use. */
export interface TrustedIndex {
  readonly published: PublishedIndex;
  readonly index: DatabaseIndex;
  readonly accepted: AcceptedIndex;
}

const KEY_FILE_BYTES_MAX = 4 * 1024 * 1024;
/** Tolerated difference between the clocks of a publisher and a client. */
const CLOCK_SKEW_MS = 10 * 60 * 1000;

/** Returns whether only signed databases are accepted. */
export function isSignatureRequired(
  { keyFile }: TrustRequest,
  accepted: AcceptedIndex | undefined,
): boolean {
  return keyFile !== undefined || accepted?.isPinned === true;
}

/**
 * Verifies an index: its signatures by keys that the user trusts, its place in the order of
 * indexes, and its age.
 *
 * @throws UserError `E_DB_UNTRUSTED`, `E_USAGE` for an unusable key file, `E_DB_UPDATE` if it is
 *   malformed
 */
export function verifyIndex(published: PublishedIndex, options: TrustOptions): TrustedIndex {
  const { place, accepted, machineTime } = options;
  const { start, isPinned, last } = resolveTrust(published.keys, options);
  const passed = followRotations(start, published.keys);
  const keySet = passed.at(-1) ?? start;
  const subject = `the database index of ${place}`;
  verifyDocument(published.document, keySet, subject);
  const index = readIndexContent(published.document, place);
  const digest = digestSigned(published);
  const signers = published.document.signatures.map(({ key }) => key);
  if (last !== undefined && !isReplaced(last, keySet)) {
    refuseRollback({ index, digest, last, subject });
  }
  refuseStale(index, machineTime, subject);
  const { version, threshold, keys } = keySet;
  const ids = passed.flatMap((each) => each.keys.map(({ id }) => id));
  return {
    published,
    index,
    accepted: {
      keySet: { version, threshold, keys: keys.map(({ text }) => text) },
      lineage: [...new Set([...(last?.lineage ?? []), ...ids])],
      isPinned: isPinned || accepted?.isPinned === true,
      sequence: index.sequence,
      digest,
      signers,
      layers: index.layers.map(({ id }) => id),
    },
  };
}

/**
 * Returns the content of an index that the keys of a file signed, whatever its age.
 *
 * @throws UserError `E_DB_UNTRUSTED`, `E_USAGE` for an unusable key file, `E_DB_UPDATE` if it is
 *   malformed
 */
export function verifySignatures(
  { keys, document }: PublishedIndex,
  keyFile: string,
  place: string,
): DatabaseIndex {
  const start = readKeyFile(keyFile);
  const keySet = followRotations(start, keys).at(-1) ?? start;
  verifyDocument(document, keySet, `the database index of ${place}`);
  return readIndexContent(document, place);
}

/** Returns the digest that identifies the content of an index. */
function digestSigned({ document }: PublishedIndex): string {
  return `sha256:${hash('sha256', canonicalizeJson(document.signed), 'hex')}`;
}

interface Trust {
  /** The key set from which rotations are followed. */
  readonly start: KeySet;
  readonly isPinned: boolean;
  /** The last accepted index of the same publisher. */
  readonly last: AcceptedIndex | undefined;
}

function resolveTrust(list: KeyList, options: TrustOptions): Trust {
  const { keyFile, isFirstKeyTrusted = false, accepted, place } = options;
  const known = accepted === undefined ? undefined : restoreKeySet(accepted);
  if (keyFile !== undefined) {
    const named = readKeyFile(keyFile);
    const isSame =
      accepted !== undefined && known !== undefined && isRelated(named, { accepted, known, list });
    return isSame
      ? { start: known.version >= named.version ? known : named, isPinned: false, last: accepted }
      : { start: named, isPinned: false, last: undefined };
  }
  if (accepted?.isPinned === true && known !== undefined) {
    return { start: known, isPinned: true, last: accepted };
  }
  if (isFirstKeyTrusted) {
    return { start: readOwnList(list, place), isPinned: true, last: undefined };
  }
  throw createTrustError(
    `no key is trusted: the database of ${place} is signed, but no key was named to verify it`,
    "name the publisher's public key with --db-key FILE, or trust the first key with --trust-first-key",
  );
}

/**
 * Returns whether the keys that a user named belong to the publisher of the last accepted index: as
 * its earlier keys, or as later ones to which a rotation leads.
 */
function isRelated(
  named: KeySet,
  {
    accepted,
    known,
    list,
  }: { readonly accepted: AcceptedIndex; readonly known: KeySet; readonly list: KeyList },
): boolean {
  if (named.keys.some(({ id }) => accepted.lineage.includes(id))) {
    return true;
  }
  try {
    const later = followRotations(known, list).flatMap(({ keys }) => keys.map(({ id }) => id));
    return named.keys.some(({ id }) => later.includes(id));
  } catch (error) {
    if (error instanceof UserError) {
      return false;
    }
    throw error;
  }
}

function restoreKeySet({ keySet }: AcceptedIndex): KeySet {
  const keys = keySet.keys.flatMap((text) => parseVerifyingKey(text) ?? []);
  return { ...keySet, keys };
}

/** Follows a list from its first set, which is only signed by itself. */
function readOwnList(list: KeyList, place: string): KeySet {
  const [first] = list;
  if (first === undefined) {
    throw createTrustError(`no key: the database index of ${place} has no key list`);
  }
  const start = parseKeySet(first);
  verifyDocument(first, start, `key set ${start.version}`);
  return followRotations(start, list).at(-1) ?? start;
}

/**
 * Reads the keys that a user trusts: a public key in PEM, or the key list of a publisher.
 *
 * @throws UserError `E_USAGE`
 */
function readKeyFile(file: string): KeySet {
  const text = readKeyText(file);
  const key = parseVerifyingPem(text);
  if (key !== undefined) {
    return toKeySet(key);
  }
  const list = parseKeyList(text);
  if (list === undefined) {
    throw new UserError('E_USAGE', `--db-key: "${file}" contains no Ed25519 public key`, {
      hint: 'name the public.pem or keys.json that "plimsoll db keys create DIR" writes',
    });
  }
  return readOwnList(list, `"${file}"`);
}

/** Returns `undefined` if a text is not a key list. */
export function parseKeyList(text: string): KeyList | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && isKeyList(value['keys']) ? value['keys'] : undefined;
  } catch {
    return undefined;
  }
}

function readKeyText(file: string): string {
  try {
    if (fs.statSync(file).size > KEY_FILE_BYTES_MAX) {
      throw new UserError('E_USAGE', `--db-key: "${file}" is too large for a key`);
    }
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_USAGE', `--db-key: could not read "${file}"`, { cause });
  }
}

/**
 * Returns whether none of the keys that signed the last index is trusted any more. Then no earlier
 * index is accepted either, and a sequence number that a stolen key chose does not count.
 */
function isReplaced({ signers }: AcceptedIndex, { keys }: KeySet): boolean {
  return !keys.some(({ id }) => signers.includes(id));
}

interface Succession {
  readonly index: DatabaseIndex;
  readonly digest: string;
  readonly last: AcceptedIndex;
  readonly subject: string;
}

function refuseRollback({ index, digest, last, subject }: Succession): void {
  const { sequence } = index;
  if (sequence < last.sequence) {
    throw createTrustError(
      `rollback: ${subject} has the sequence number ${sequence}, but ${last.sequence} was accepted before`,
      'the database in use is unchanged; the source serves an old copy: try another --db-url',
    );
  }
  if (sequence === last.sequence && digest !== last.digest) {
    throw createTrustError(
      `replay: ${subject} has the sequence number ${sequence} of another index that was accepted before`,
      'the database in use is unchanged; the publisher must not sign two indexes of one number',
    );
  }
}

function refuseStale({ created, expires }: DatabaseIndex, now: string, subject: string): void {
  const clock = `the clock of this machine says ${now}`;
  if (Date.parse(created) - Date.parse(now) > CLOCK_SKEW_MS) {
    throw createTrustError(
      `clock skew: ${subject} was created ${created}, but ${clock}`,
      'check the clock of this machine; the database in use is unchanged',
    );
  }
  if (Date.parse(expires) <= Date.parse(now)) {
    throw createTrustError(
      `freeze: ${subject} expired ${expires}, and ${clock}`,
      'the source holds back newer indexes, or the clock is wrong; the database in use is unchanged',
    );
  }
}
