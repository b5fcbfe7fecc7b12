import { DEFAULT_LIMITS } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { FeedItem, FeedProvider } from './contract.ts';

export interface ReadFeed {
  readonly items: readonly FeedItem[];
  readonly problems: readonly ProblemNote[];
}

/** Reads one document of a feed, given as text or as a JSON value, in chunks of a few bytes. */
export async function readFeed(
  feed: FeedProvider,
  value: unknown,
  { name = 'document' }: { readonly name?: string } = {},
): Promise<ReadFeed> {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const items: FeedItem[] = [];
  const problems: ProblemNote[] = [];
  const content = splitChunks(Buffer.from(text));
  for await (const outcome of feed.read({ name, content }, DEFAULT_LIMITS)) {
    if ('record' in outcome) {
      items.push(outcome);
    } else if (outcome.problem !== undefined) {
      problems.push(outcome.problem);
    }
  }
  return { items, problems };
}

const CHUNK_BYTES = 1_000;

async function* splitChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    yield bytes.subarray(at, at + CHUNK_BYTES);
  }
}
