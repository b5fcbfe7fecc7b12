import { UserError } from '../../core/error.ts';
import { guardList, guardRecord, isCount, isText } from '../../syntax/json/guard.ts';
import {
  createTrustError,
  isSignedDocument,
  type SignedDocument,
  signDocument,
  type TrustedKeys,
  verifyDocument,
} from './signed-document.ts';
import { parseVerifyingKey, type SigningKey, type VerifyingKey } from './signing-key.ts';

/** The keys that may sign an index, and how many of them must. */
export interface KeySet extends TrustedKeys {
  /** 0 for a single key that a user named, which precedes every version of a publisher. */
  readonly version: number;
}

const TYPE = 'plimsoll-keys';
const VERSIONS_MAX = 1_000;
const KEYS_MAX = 32;

interface KeySetContent {
  readonly type: string;
  readonly version: number;
  readonly threshold: number;
  readonly keys: readonly string[];
}

const isKeySetContent = guardRecord<KeySetContent>({
  type: isText,
  version: isCount,
  threshold: isCount,
  keys: guardList(isText),
});

/**
 * A publisher's key sets from the first to the current one. Each is signed by its own keys and by
 * those of its predecessor, so a client that trusts an early one can follow each rotation. Modeled
 * after the root metadata of The Update Framework 1.0, section 5.3.
 */
export type KeyList = readonly SignedDocument[];

export const isKeyList = guardList(isSignedDocument);

/** Signs the next key set with its own keys, and with those that sign for the one it replaces. */
export function signKeySet(
  { version, threshold, keys }: KeySet,
  signers: readonly SigningKey[],
): SignedDocument {
  const texts = keys.map(({ text }) => text);
  return signDocument({ type: TYPE, version, threshold, keys: texts }, signers);
}

/**
 * Parses a key set; its signatures are not verified.
 *
 * @throws UserError `E_DB_UNTRUSTED`
 */
export function parseKeySet({ signed }: SignedDocument): KeySet {
  if (!isKeySetContent(signed) || signed.type !== TYPE) {
    throw createTrustError('invalid key list: a key set has missing or malformed members');
  }
  const keys = signed.keys.slice(0, KEYS_MAX).flatMap((text) => parseVerifyingKey(text) ?? []);
  const ids = new Set(keys.map(({ id }) => id));
  const { version, threshold } = signed;
  const isComplete = keys.length === signed.keys.length && ids.size === keys.length;
  if (!isComplete || version < 1 || threshold < 1 || threshold > keys.length) {
    throw createTrustError(`invalid key list: key set ${version} has no valid keys or threshold`);
  }
  return { version, threshold, keys };
}

/**
 * Follows rotations from a trusted key set to the newest one of a list, and returns all sets on the
 * way. Sets that the trusted one already replaces are ignored: nothing they sign is accepted.
 *
 * @throws UserError `E_DB_UNTRUSTED` if a rotation is not signed by the keys it replaces
 */
export function followRotations(trusted: KeySet, list: KeyList): readonly [KeySet, ...KeySet[]] {
  if (list.length > VERSIONS_MAX) {
    throw new UserError('E_LIMIT', `a key list has more than ${VERSIONS_MAX} versions`);
  }
  const passed: KeySet[] = [];
  let current = trusted;
  for (const document of list) {
    const next = parseKeySet(document);
    if (next.version <= current.version || !isStart(current, document)) {
      continue;
    }
    const subject = `key set ${next.version}`;
    if (current.version > 0 && next.version !== current.version + 1) {
      throw createTrustError(`invalid key list: key set ${current.version + 1} is missing`);
    }
    verifyDocument(document, current, subject);
    verifyDocument(document, next, subject);
    passed.push(next);
    current = next;
  }
  return [trusted, ...passed];
}

/** A single trusted key may have joined a publisher's keys with any version. */
function isStart({ version, keys }: KeySet, { signatures }: SignedDocument): boolean {
  return version > 0 || signatures.some((one) => keys.some(({ id }) => id === one.key));
}

/** Returns a set of a single key, which precedes all versions. */
export function toKeySet(key: VerifyingKey): KeySet {
  return { version: 0, threshold: 1, keys: [key] };
}
