import type { VulnerabilityRecord } from '../../core/advisory.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import type { FeedFactList, FeedItem, FeedOmission, FeedProvider } from './contract.ts';

export interface ReadFeed {
  readonly items: readonly FeedItem[];
  readonly facts: readonly FeedFactList[];
  readonly problems: readonly ProblemNote[];
  readonly omissions: readonly FeedOmission[];
}

/** Reads one document of a feed, given as text or as a JSON value, in chunks of a few bytes. */
export async function readFeed(
  feed: FeedProvider,
  value: unknown,
  { name = 'document' }: { readonly name?: string } = {},
): Promise<ReadFeed> {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const items: FeedItem[] = [];
  const facts: FeedFactList[] = [];
  const omissions: FeedOmission[] = [];
  const content = splitChunks(Buffer.from(text));
  for await (const outcome of feed.read({ name, content }, DEFAULT_LIMITS)) {
    if ('record' in outcome) {
      items.push(outcome);
    } else if ('facts' in outcome) {
      facts.push(outcome);
    } else {
      omissions.push(outcome);
    }
  }
  const problems = omissions.flatMap(({ problem }) => problem ?? []);
  return { items, facts, problems, omissions };
}

/** Returns the severity words of a record, without its scores. */
export function listWords({ severities }: VulnerabilityRecord): readonly string[] {
  return severities.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
}

const CHUNK_BYTES = 1_000;

async function* splitChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    yield bytes.subarray(at, at + CHUNK_BYTES);
  }
}
