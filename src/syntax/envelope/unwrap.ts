import type { KeyObject } from 'node:crypto';
import type { Limits } from '../../core/limits.ts';
import { documentText, parseBoundedJson } from '../json/bounded-json.ts';
import { isRecord } from '../json/guard.ts';
import { jsonHead } from '../json/json-head.ts';
import { givenText, type JsonRecord, recordIn, recordsIn } from '../json/member.ts';
import { parseJson } from '../json/parse-json.ts';
import { linesOf } from '../text/lines.ts';
import { envelopeSignature, type SignatureState } from './envelope-signature.ts';

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
export function attestedDocuments(
  content: Uint8Array,
  limits: Limits,
  keys?: readonly KeyObject[],
): AttestedDocument[] {
  if (!isWrapper(content.subarray(0, limits.documentHeadBytesMax))) {
    return [];
  }
  return wrappersOf(content, limits).flatMap((wrapper) => documentIn(wrapper, limits, keys) ?? []);
}

function isWrapper(head: Uint8Array): boolean {
  const { names = [], texts } = jsonHead(head) ?? {};
  return (
    names.includes('dsseEnvelope') ||
    (names.includes('payload') && names.includes('payloadType')) ||
    texts?.get('_type')?.startsWith(STATEMENT) === true
  );
}

/** The object that the content is, or one of each line. */
function wrappersOf(content: Uint8Array, limits: Limits): unknown[] {
  const first = linesOf(documentText(content)).next().value?.text ?? '';
  if (!isRecord(parseJson(first))) {
    return [parsed(content, limits)];
  }
  const lines: unknown[] = [];
  for (const { text, number } of linesOf(documentText(content))) {
    if (number > LINES_MAX) {
      break;
    }
    if (text.trim() !== '') {
      lines.push(parsed(Buffer.from(text), limits));
    }
  }
  return lines;
}

/** `undefined` where the content is not well formed, is too large or too deep. */
function parsed(content: Uint8Array, limits: Limits): unknown {
  try {
    return parseBoundedJson(content, { subject: 'the attestation', limits });
  } catch {
    // What it says then is nothing that could be read as a document.
    return undefined;
  }
}

function documentIn(
  wrapper: unknown,
  limits: Limits,
  keys: readonly KeyObject[] | undefined,
): AttestedDocument | undefined {
  let value = wrapper;
  let signature: SignatureState | undefined;
  for (let depth = 0; depth < WRAPPERS_MAX && isRecord(value); depth++) {
    const envelope = recordIn(value, 'dsseEnvelope') ?? value;
    const payload = givenText(envelope, 'payload');
    if (payload !== undefined) {
      signature ??= envelopeSignature(envelope, keys);
      value = parsed(Buffer.from(payload, 'base64'), limits);
    } else if (isStatement(value)) {
      const predicate = bytesOf(value['predicate']);
      return (
        predicate && {
          content: predicate,
          signature: signature ?? 'none',
          subjects: subjectsOf(value),
        }
      );
    } else {
      return undefined;
    }
  }
  return undefined;
}

function isStatement(value: JsonRecord): boolean {
  return givenText(value, '_type')?.startsWith(STATEMENT) === true;
}

function subjectsOf(statement: JsonRecord): readonly string[] {
  return recordsIn(statement, 'subject').flatMap((subject) => {
    const digest = givenText(recordIn(subject, 'digest') ?? {}, 'sha256');
    return digest === undefined ? [] : [digest.toLowerCase()];
  });
}

/** Cosign wraps what is no JSON, and once wrapped all, into `{"Data": …}`. */
function bytesOf(predicate: unknown): Uint8Array | undefined {
  const data = isRecord(predicate) ? (predicate['Data'] ?? predicate) : predicate;
  if (typeof data === 'string') {
    return Buffer.from(data);
  }
  return isRecord(data) ? Buffer.from(JSON.stringify(data)) : undefined;
}
