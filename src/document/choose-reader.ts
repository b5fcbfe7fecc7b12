import type { DocumentReader } from '../foundation/core/document.ts';
import type { Limits } from '../foundation/core/limits.ts';
import { unwrapAttestation } from '../foundation/syntax/envelope/unwrap.ts';
import { isBinary } from './binary-content.ts';
import { documentReaders } from './readers.generated.ts';

export interface ReaderChoice {
  readonly reader: DocumentReader;
  /** The content to read. */
  readonly content: Uint8Array;
  /** Whether it is inside of an attestation whose signature was not verified. */
  readonly isAttested: boolean;
  /** From 0, excluded, to 1. */
  readonly confidence: number;
}

/** Starts of JSON objects, whose identifying members may be anywhere. */
const JSON_START = /^[\s\0\ufeff\ufffd]{0,64}\{/;

/**
 * Chooses the reader with the best match for the first bytes; for a JSON object whose first bytes
 * are not conclusive, for all of it; for an attestation, the reader of the first document in it
 * that one recognizes. `undefined` if no reader recognizes it.
 */
export function chooseReader(content: Uint8Array, limits: Limits): ReaderChoice | undefined {
  if (isBinary(content)) {
    return undefined;
  }
  const own = selectReader(content, limits);
  if (own !== undefined) {
    return own;
  }
  for (const { content: document } of unwrapAttestation(content, limits)) {
    const found = selectReader(document, limits);
    if (found !== undefined) {
      return { ...found, isAttested: true };
    }
  }
  return undefined;
}

function selectReader(content: Uint8Array, limits: Limits): ReaderChoice | undefined {
  const head = content.subarray(0, limits.documentHeadBytesMax);
  const isLonger = head.length < content.length;
  const found =
    findBestReader(head) ?? (isLonger && canBeJson(head) ? findBestReader(content) : undefined);
  return found && { ...found, content, isAttested: false };
}

/** Returns whether the content starts like a JSON object. */
export function canBeJson(head: Uint8Array): boolean {
  return JSON_START.test(Buffer.from(head.subarray(0, 128)).toString('utf8'));
}

/** Returns the titles of the readers as text for messages. */
export function listReadableTitles(): string {
  return documentReaders.map(({ title }) => title).join(', ');
}

export function findReader(id: string): DocumentReader | undefined {
  return documentReaders.find((reader) => reader.id === id);
}

type RatedReader = Pick<ReaderChoice, 'reader' | 'confidence'>;

function findBestReader(head: Uint8Array): RatedReader | undefined {
  let best: RatedReader | undefined;
  for (const reader of documentReaders) {
    const confidence = reader.recognize(head);
    if (confidence > (best?.confidence ?? 0)) {
      best = { reader, confidence };
    }
  }
  return best;
}
