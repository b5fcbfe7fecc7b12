import type { KeyObject } from 'node:crypto';
import type { Limits } from '../../core/limits.ts';
import { decodeDocument, parseBoundedJson } from '../json/bounded-json.ts';
import { isRecord } from '../json/guard.ts';
import { readJsonHead } from '../json/json-head.ts';
import { getGivenText, getRecord, getRecords, type JsonRecord } from '../json/member.ts';
import { parseJson } from '../json/parse-json.ts';
import { splitLines } from '../text/lines.ts';
import { checkEnvelopeSignature, type SignatureState } from './envelope-signature.ts';

/** A bundle holds an envelope, an envelope a statement, a statement a predicate. */
const WRAPPERS_MAX = 4;
const LINES_MAX = 1_000;
const STATEMENT = 'https://in-toto.io/Statement/';

export interface AttestedDocument {
  readonly content: Uint8Array;
  /** Of the outermost envelope. */
  readonly signature: SignatureState;
  /** SHA-256 digests of what the statement is about. */
  readonly subjects: readonly string[];
}

/**
 * The documents that an attestation carries: of a DSSE envelope, a Sigstore bundle or an in-toto
 * statement, or of several envelopes, one a line, as `cosign download attestation` prints them.
 * None where the content is no attestation, or no complete one.
 *
 * DSSE 1.0; in-toto attestation framework 1.0; Sigstore bundle 0.3.
 *
 * @param keys that signatures are held against; without any they are not looked at
 */
export function unwrapAttestation(
  content: Uint8Array,
  limits: Limits,
  keys?: readonly KeyObject[],
): AttestedDocument[] {
  if (!isWrapper(content.subarray(0, limits.documentHeadBytesMax))) {
    return [];
  }
  return parseWrappers(content, limits).flatMap(
    (wrapper) => unwrapDocument(wrapper, limits, keys) ?? [],
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

/** The object that the content is, or one of each line. */
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

/** `undefined` where the content is not well formed, is too large or too deep. */
function tryParse(content: Uint8Array, limits: Limits): unknown {
  try {
    return parseBoundedJson(content, { subject: 'the attestation', limits });
  } catch {
    // What it says then is nothing that could be read as a document.
    return undefined;
  }
}

function unwrapDocument(
  wrapper: unknown,
  limits: Limits,
  keys: readonly KeyObject[] | undefined,
): AttestedDocument | undefined {
  let value = wrapper;
  let signature: SignatureState | undefined;
  for (let depth = 0; depth < WRAPPERS_MAX && isRecord(value); depth++) {
    const envelope = getRecord(value, 'dsseEnvelope') ?? value;
    const payload = getGivenText(envelope, 'payload');
    if (payload !== undefined) {
      signature ??= checkEnvelopeSignature(envelope, keys);
      value = tryParse(Buffer.from(payload, 'base64'), limits);
    } else if (isStatement(value)) {
      const predicate = toBytes(value['predicate']);
      return (
        predicate && {
          content: predicate,
          signature: signature ?? 'none',
          subjects: listSubjects(value),
        }
      );
    } else {
      return undefined;
    }
  }
  return undefined;
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

/** Cosign wraps what is no JSON, and once wrapped all, into `{"Data": …}`. */
function toBytes(predicate: unknown): Uint8Array | undefined {
  const data = isRecord(predicate) ? (predicate['Data'] ?? predicate) : predicate;
  if (typeof data === 'string') {
    return Buffer.from(data);
  }
  return isRecord(data) ? Buffer.from(JSON.stringify(data)) : undefined;
}
