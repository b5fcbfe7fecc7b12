import { Buffer } from 'node:buffer';
import type { FeedProvider } from './provider/contract.ts';
import { createDocumentHead } from './provider/document-head.ts';

/** Returns the providers that recognize a document, by its name and first bytes. */
export function recognizeDocument(
  name: string,
  head: Uint8Array,
  feeds: readonly FeedProvider[],
): readonly FeedProvider[] {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const found = createDocumentHead(name, text);
  return feeds.filter(({ recognize }) => recognize?.(found) === true);
}
