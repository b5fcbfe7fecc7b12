import type { DocumentReader } from '../../core/document.ts';
import type { Limits } from '../../core/limits.ts';
import { documentReaders } from './registry.generated.ts';

export interface ReaderChoice {
  readonly reader: DocumentReader;
  /** From 0, excluded, to 1. */
  readonly sureness: number;
}

/** Beginnings of JSON objects, whose telling members may stand anywhere. */
const JSON_START = /^[\s\0\ufeff\ufffd]{0,64}\{/;

/**
 * The reader that is surest of the content by its first bytes; of an object of JSON whose first
 * bytes tell nothing, by all of it. `undefined` where none recognises it.
 */
export function chooseReader(content: Uint8Array, limits: Limits): ReaderChoice | undefined {
  const head = content.subarray(0, limits.documentHeadBytesMax);
  const found = surestOf(head);
  const isLonger = head.length < content.length;
  return found ?? (isLonger && mayBeJson(head) ? surestOf(content) : undefined);
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

function surestOf(head: Uint8Array): ReaderChoice | undefined {
  let best: ReaderChoice | undefined;
  for (const reader of documentReaders) {
    const sureness = reader.recognises(head);
    if (sureness > (best?.sureness ?? 0)) {
      best = { reader, sureness };
    }
  }
  return best;
}
