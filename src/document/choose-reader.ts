import type { DocumentReader } from '../core/document.ts';
import type { Limits } from '../core/limits.ts';
import { attestedDocuments } from '../syntax/envelope/unwrap.ts';
import { documentReaders } from './readers.generated.ts';

export interface ReaderChoice {
  readonly reader: DocumentReader;
  /** What it is to read. */
  readonly content: Uint8Array;
  /** Whether an attestation carries it, whose signature was not looked at. */
  readonly isAttested: boolean;
  /** From 0, excluded, to 1. */
  readonly sureness: number;
}

/** Beginnings of JSON objects, whose telling members may stand anywhere. */
const JSON_START = /^[\s\0\ufeff\ufffd]{0,64}\{/;

/**
 * The reader that is surest of the content by its first bytes; of an object of JSON whose first
 * bytes tell nothing, by all of it. Of an attestation, the reader of the first document in it that
 * one recognises. `undefined` where none recognises it.
 */
export function chooseReader(content: Uint8Array, limits: Limits): ReaderChoice | undefined {
  if (isBinary(content)) {
    return undefined;
  }
  const own = readerFor(content, limits);
  if (own !== undefined) {
    return own;
  }
  for (const { content: document } of attestedDocuments(content, limits)) {
    const found = readerFor(document, limits);
    if (found !== undefined) {
      return { ...found, isAttested: true };
    }
  }
  return undefined;
}

const PROBE_BYTES = 4_096;

/** A NUL early on, in what has no byte order mark: an archive, of which no reader need be asked. */
function isBinary(content: Uint8Array): boolean {
  const hasMark = content[0] === 0xff && content[1] === 0xfe;
  return !hasMark && content.subarray(0, PROBE_BYTES).includes(0);
}

function readerFor(content: Uint8Array, limits: Limits): ReaderChoice | undefined {
  const head = content.subarray(0, limits.documentHeadBytesMax);
  const isLonger = head.length < content.length;
  const found = surestOf(head) ?? (isLonger && mayBeJson(head) ? surestOf(content) : undefined);
  return found && { ...found, content, isAttested: false };
}

/** Whether the content begins as an object of JSON does. */
export function mayBeJson(head: Uint8Array): boolean {
  return JSON_START.test(Buffer.from(head.subarray(0, 128)).toString('utf8'));
}

/** The readers by title, for a person. */
export function readableTitles(): string {
  return documentReaders.map(({ title }) => title).join(', ');
}

export function readerOf(id: string): DocumentReader | undefined {
  return documentReaders.find((reader) => reader.id === id);
}

type Surest = Pick<ReaderChoice, 'reader' | 'sureness'>;

function surestOf(head: Uint8Array): Surest | undefined {
  let best: Surest | undefined;
  for (const reader of documentReaders) {
    const sureness = reader.recognises(head);
    if (sureness > (best?.sureness ?? 0)) {
      best = { reader, sureness };
    }
  }
  return best;
}
