import type { KeyObject } from 'node:crypto';
import type { Limits } from '../core/limits.ts';
import { unwrapAttestation } from '../syntax/envelope/unwrap.ts';
import { isRecord } from '../syntax/json/guard.ts';
import { getGivenText, getRecord, type JsonRecord } from '../syntax/json/member.ts';
import { parseJson } from '../syntax/json/parse-json.ts';
import { PREDICATE_TYPES, STATEMENT_KINDS } from './statement.ts';

/**
 * `verified`: one of the keys signed it, and it is about the image; `unsigned`: it has no signature;
 * `refused`: none of the keys signed it; `other-subject`: it is about another image; `malformed`: it
 * is not a statement.
 */
export const STATEMENT_STATES = [
  'verified',
  'unsigned',
  'refused',
  'other-subject',
  'malformed',
] as const;

export interface CheckedStatement {
  /** File or digest. */
  readonly origin: string;
  readonly state: (typeof STATEMENT_STATES)[number];
  /** A {@link STATEMENT_KINDS}, or the predicate type if it is another one. */
  readonly kind: string;
  /** RFC 3339: the time in the predicate; absent if it has none. */
  readonly time?: string;
}

/**
 * Checks the statements in a file.
 *
 * @param digest digest of the image's manifest
 */
export function checkStatements(
  { origin, content }: { readonly origin: string; readonly content: Uint8Array },
  digest: string,
  { keys, limits }: { readonly keys: readonly KeyObject[]; readonly limits: Limits },
): readonly CheckedStatement[] {
  const documents = unwrapAttestation(content, limits, keys);
  if (documents.length === 0) {
    return [{ origin, state: 'malformed', kind: '' }];
  }
  const digits = digest.slice(digest.indexOf(':') + 1);
  return documents.map(({ content: predicate, predicateType, signature, subjects }) => {
    const time = findTime(predicate);
    const kind = STATEMENT_KINDS.find((one) => PREDICATE_TYPES[one] === predicateType);
    return {
      origin,
      state: chooseState(signature, subjects.includes(digits)),
      kind: kind ?? predicateType,
      ...(time === undefined ? {} : { time }),
    };
  });
}

function chooseState(signature: string, isAboutImage: boolean): CheckedStatement['state'] {
  if (signature === 'none') {
    return 'unsigned';
  }
  if (signature !== 'verified') {
    return 'refused';
  }
  return isAboutImage ? 'verified' : 'other-subject';
}

/** Reads the time from the member that each predicate has for it. */
export function findTime(predicate: Uint8Array): string | undefined {
  const value = parseJson(Buffer.from(predicate).toString('utf8'));
  if (!isRecord(value)) {
    return undefined;
  }
  const getPart = (name: string): JsonRecord => getRecord(value, name) ?? {};
  return (
    getGivenText(value, 'timeVerified') ??
    getGivenText(value, 'timeCreated') ??
    getGivenText(value, 'evaluatedAt') ??
    getGivenText(value, 'timestamp') ??
    getGivenText(getPart('metadata'), 'scanFinishedOn') ??
    getGivenText(getPart('metadata'), 'timestamp') ??
    getGivenText(getPart('creationInfo'), 'created')
  );
}
