import type { KeyObject } from 'node:crypto';
import type { Limits } from '../../core/limits.ts';
import { decodeDocument, parseBoundedJson } from '../json/bounded-json.ts';
import { isRecord } from '../json/guard.ts';
import { readJsonHead } from '../json/json-head.ts';
import { getGivenText, getRecord, getRecords, getText, type JsonRecord } from '../json/member.ts';
import { parseJson } from '../json/parse-json.ts';
import { splitLines } from '../text/lines.ts';
import type { BundleVerifier } from './bundle-verifier.ts';
import {
  checkEnvelopeSignature,
  isCanonicalBase64,
  type SignatureState,
} from './envelope-signature.ts';

/** A bundle contains an envelope, an envelope a statement, a statement a predicate. */
const WRAPPERS_MAX = 4;
const LINES_MAX = 1_000;
const STATEMENT = 'https://in-toto.io/Statement/';

export interface AttestedDocument {
  readonly content: Uint8Array;
  /** `predicateType` of the statement; empty if it has none. */
  readonly predicateType: string;
  /** Signature of the outermost envelope. */
  readonly signature: SignatureState;
  /** SHA-256 digests of the subjects of the statement. */
  readonly subjects: readonly string[];
  /** The identity of a keyless signature; absent if there is none that counts. */
  readonly identity?: string;
}

/** Whose signatures count. Without keys and a verifier, signatures are not checked. */
export interface SignatureTrust {
  readonly keys?: readonly KeyObject[];
  /** Verifies bundles that are signed with a certificate. */
  readonly verifyBundle?: BundleVerifier;
}

/**
 * Returns the documents in an attestation: in a DSSE envelope, a Sigstore bundle or an in-toto
 * statement, or in several envelopes, one per line, in the output of `cosign download attestation`.
 * None if the content is not a complete attestation.
 *
 * DSSE 1.0; in-toto attestation framework 1.0; Sigstore bundle 0.3.
 *
 * @param trust keys and identities whose signatures count
 */
export function unwrapAttestation(
  content: Uint8Array,
  limits: Limits,
  trust: SignatureTrust = {},
): AttestedDocument[] {
  if (!isWrapper(content.subarray(0, limits.documentHeadBytesMax))) {
    return [];
  }
  return parseWrappers(content, limits).flatMap(
    (wrapper) => unwrapDocument(wrapper, limits, trust) ?? [],
  );
}

function isWrapper(head: Uint8Array): boolean {
  const { names = [], texts } = readJsonHead(head) ?? {};
  return (
    names.includes('dsseEnvelope') ||
    (names.includes('payload') && names.includes('payloadType')) ||
    texts?.get('_type')?.startsWith(STATEMENT) === true
  );
}

/** Returns the object in the content, or one for each line. */
function parseWrappers(content: Uint8Array, limits: Limits): unknown[] {
  const first = splitLines(decodeDocument(content)).next().value?.text ?? '';
  if (!isRecord(parseJson(first))) {
    return [tryParse(content, limits)];
  }
  const lines: unknown[] = [];
  for (const { text, number } of splitLines(decodeDocument(content))) {
    if (number > LINES_MAX) {
      break;
    }
    if (text.trim() !== '') {
      lines.push(tryParse(Buffer.from(text), limits));
    }
  }
  return lines;
}

/** `undefined` if the content is malformed, too large or too deeply nested. */
function tryParse(content: Uint8Array, limits: Limits): unknown {
  try {
    return parseBoundedJson(content, { subject: 'the attestation', limits });
  } catch {
    // Such content cannot be read as a document.
    return undefined;
  }
}

function unwrapDocument(
  wrapper: unknown,
  limits: Limits,
  trust: SignatureTrust,
): AttestedDocument | undefined {
  let value = wrapper;
  let check: SignatureCheck | undefined;
  for (let depth = 0; depth < WRAPPERS_MAX && isRecord(value); depth++) {
    const envelope = getRecord(value, 'dsseEnvelope') ?? value;
    const payload = getGivenText(envelope, 'payload');
    if (payload !== undefined) {
      check ??= checkSignature(value, envelope, trust);
      value = tryParse(Buffer.from(payload, 'base64'), limits);
    } else if (isStatement(value)) {
      const predicate = toBytes(value['predicate']);
      return (
        predicate && {
          content: predicate,
          predicateType: getText(value, 'predicateType'),
          signature: check?.signature ?? 'none',
          subjects: listSubjects(value),
          ...(check?.identity === undefined ? {} : { identity: check.identity }),
        }
      );
    } else {
      return undefined;
    }
  }
  return undefined;
}

interface SignatureCheck {
  readonly signature: SignatureState;
  readonly identity?: string;
}

/** A bundle is verified as a whole, with its certificate and the entries of logs. */
function checkSignature(
  wrapper: JsonRecord,
  envelope: JsonRecord,
  { keys, verifyBundle }: SignatureTrust,
): SignatureCheck {
  const byKey = checkEnvelopeSignature(
    envelope,
    keys ?? (verifyBundle === undefined ? undefined : []),
  );
  const isKeyless =
    verifyBundle !== undefined &&
    wrapper !== envelope &&
    isCanonicalBase64(getText(envelope, 'payload'));
  return byKey === 'refused' && isKeyless ? verifyBundle(wrapper) : { signature: byKey };
}

function isStatement(value: JsonRecord): boolean {
  return getGivenText(value, '_type')?.startsWith(STATEMENT) === true;
}

function listSubjects(statement: JsonRecord): readonly string[] {
  return getRecords(statement, 'subject').flatMap((subject) => {
    const digest = getGivenText(getRecord(subject, 'digest') ?? {}, 'sha256');
    return digest === undefined ? [] : [digest.toLowerCase()];
  });
}

/**
 * Cosign wraps predicates that are not JSON, and in old versions all of them, into `{"Data": …}`.
 */
function toBytes(predicate: unknown): Uint8Array | undefined {
  const data = isRecord(predicate) ? (predicate['Data'] ?? predicate) : predicate;
  if (typeof data === 'string') {
    return Buffer.from(data);
  }
  return isRecord(data) ? Buffer.from(JSON.stringify(data)) : undefined;
}
