import { defined } from '../../foundation/core/defined.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { FoundDocument } from '../../foundation/core/vex-reader.ts';
import { isCanonicalBase64 } from '../../foundation/syntax/envelope/envelope-signature.ts';
import { type SignatureTrust, unwrapAttestation } from '../../foundation/syntax/envelope/unwrap.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getGivenText, getRecord, type JsonRecord } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { PREDICATE_TYPES, STATEMENT_KINDS } from './statement.ts';

/**
 * `verified`: one of the keys signed it, and it is about the image; `unsigned`: it has no signature,
 * such as a plain SBOM; `refused`: none of the keys signed it; `other-subject`: it is about another
 * image; `malformed`: it is not a statement.
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
  /** The identity of a keyless signature; absent if there is none that counts. */
  readonly identity?: string;
}

/** Whose statements count. */
export interface StatementTrust extends SignatureTrust {
  readonly limits: Limits;
  /** Exact bytes of the image's manifest, for bundles that sign these; absent if unknown. */
  readonly manifest?: Uint8Array;
  /** Returns whether content that is not a statement is a document of its own, such as an SBOM. */
  isPlainDocument?(content: Uint8Array): boolean;
}

/**
 * Checks the statements in a file. One that is attached to the index of the image may be about the
 * index.
 *
 * @param digest digest of the image's manifest
 */
export function checkStatements(
  { origin, content, attachedTo = [] }: FoundDocument,
  digest: string,
  trust: StatementTrust,
): readonly CheckedStatement[] {
  const documents = unwrapAttestation(content, trust.limits, trust);
  if (documents.length === 0) {
    const own = checkImageSignature(content, trust);
    const isPlain = own.state === 'malformed' && trust.isPlainDocument?.(content) === true;
    return [{ origin, ...own, ...(isPlain ? { state: 'unsigned' } : {}) }];
  }
  const digests = new Set([digest.slice(digest.indexOf(':') + 1), ...attachedTo]);
  return documents.map(({ content: predicate, predicateType, signature, subjects, identity }) => {
    const time = findTime(predicate);
    const kind = STATEMENT_KINDS.find((one) => PREDICATE_TYPES[one] === predicateType);
    return {
      origin,
      state: chooseState(
        signature,
        subjects.some((one) => digests.has(one)),
      ),
      kind: kind ?? predicateType,
      ...defined({ time, identity }),
    };
  });
}

/** The kind of a bundle that signs the manifest of the image, without a statement. */
const IMAGE_SIGNATURE = 'signature';

/** Checks a bundle that signs the bytes of the manifest; any other content is `malformed`. */
export function checkImageSignature(
  content: Uint8Array,
  { limits, manifest, verifyBundle }: Omit<StatementTrust, 'keys' | 'isPlainDocument'>,
): Pick<CheckedStatement, 'state' | 'kind' | 'identity'> {
  const isRead = content.length <= limits.documentBytesMax;
  const bundle = isRead ? parseJson(Buffer.from(content).toString('utf8')) : undefined;
  const signed = isRecord(bundle) ? getRecord(bundle, 'messageSignature') : undefined;
  if (!isRecord(bundle) || signed === undefined) {
    return { state: 'malformed', kind: '' };
  }
  const { signature, identity } =
    manifest === undefined || verifyBundle === undefined || !hasCanonicalSignature(signed)
      ? ({ signature: 'refused' } as const)
      : verifyBundle(bundle, manifest);
  return { state: signature, kind: IMAGE_SIGNATURE, ...defined({ identity }) };
}

function hasCanonicalSignature(signed: JsonRecord): boolean {
  return isCanonicalBase64(getGivenText(signed, 'signature') ?? '');
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
