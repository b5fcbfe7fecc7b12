import fs from 'node:fs';
import path from 'node:path';
import { addToList } from '../core/add-to-list.ts';
import type { DatabaseProvider } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import { digestFile } from './digest-file.ts';
import { FeedStaging } from './feed-staging.ts';
import { buildGeneration } from './import-database.ts';
import { type DatabaseStatus, describeDatabase } from './open-database.ts';
import type { FeedProvider } from './provider/contract.ts';
import { providers } from './provider/registry.generated.ts';
import { SHARD_SCHEMA } from './schema.ts';

/** One document of a feed. */
export interface BuildInput {
  /** ID of the provider that reads it. */
  readonly provider: string;
  readonly file: string;
}

export interface BuildOptions {
  readonly progress: Progress;
  readonly limits: Limits;
  /** Build time, RFC 3339. */
  readonly now: string;
  /** If true, the database may have less than half of the statements of the one it replaces. */
  readonly isLossAccepted?: boolean;
}

export interface BuildOutcome {
  readonly status: DatabaseStatus;
  /** Records that were left out, with the document in `path`. */
  readonly problems: readonly Problem[];
}

const PROCESSOR = 'plimsoll';

/**
 * Builds a database from documents of upstream feeds and makes it the current one of a directory.
 * The same documents in the same order, with the same time, produce the same content.
 *
 * @throws UserError `E_USAGE` for an unknown provider, `E_DB_IMPORT` for an unreadable file,
 *   `E_LIMIT`.
 */
export async function buildDatabase(
  inputs: readonly BuildInput[],
  destination: string,
  options: BuildOptions,
): Promise<BuildOutcome> {
  const { progress, limits, now } = options;
  const feeds = inputs.map(({ provider, file }) => ({ provider: findFeed(provider), file }));
  const problems: Problem[] = [];
  progress.emit({ kind: 'stage-started', stage: 'database' });
  await buildGeneration(destination, options, async ({ writer, scratch }) => {
    let understood = 0;
    using staging = new FeedStaging(path.join(scratch, 'staging.db'));
    for (const { provider, file } of feeds) {
      staging.addRules(provider.rules);
      const document = { name: file, content: streamFile(file) };
      for await (const outcome of provider.read(document, limits)) {
        if (!('problem' in outcome)) {
          staging.addItem(outcome);
          understood += 1;
        } else if (problems.length < limits.problemsMax) {
          problems.push({ ...outcome.problem, plugin: provider.id, path: file });
        }
      }
    }
    refuseNothing(understood, problems);
    staging.writeShards(writer);
    const facts = { sourceSchema: '', builtAt: now, origin: 'built from feeds' };
    writer.finishGeneration({ ...facts, providers: describeFeeds(feeds, now) }, now);
  });
  progress.emit({ kind: 'stage-finished', stage: 'database' });
  return { status: describeDatabase(destination), problems };
}

/**
 * An empty database in place of the current one would find nothing, and every scan would look
 * clean.
 */
function refuseNothing(understood: number, [first]: readonly Problem[]): void {
  if (understood === 0 && first !== undefined) {
    const message = `could not read the feeds: ${first.path ?? ''}: ${first.message}`;
    throw new UserError('E_DB_IMPORT', message, {
      hint: 'check that each FILE matches its PROVIDER; the database in use is unchanged',
    });
  }
}

function findFeed(id: string): FeedProvider {
  const feeds = providers.filter((provider) => provider.kind === 'feed');
  const feed = feeds.find((provider) => provider.id === id);
  if (feed === undefined) {
    throw new UserError('E_USAGE', `unknown advisory provider "${id}"`, {
      hint: `use one of: ${feeds.map((provider) => provider.id).join(', ')}`,
    });
  }
  return feed;
}

async function* streamFile(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* fs.createReadStream(file);
  } catch (cause) {
    throw new UserError('E_DB_IMPORT', `could not read the feed "${file}"`, {
      hint: 'check the path and its permissions',
      cause,
    });
  }
}

/** Returns one entry per provider; its digest covers the digests of the provider's documents. */
function describeFeeds(
  feeds: readonly { readonly provider: FeedProvider; readonly file: string }[],
  now: string,
): readonly DatabaseProvider[] {
  const used = new Map<FeedProvider, string[]>();
  for (const { provider, file } of feeds) {
    addToList(used, provider, digestFile(file));
  }
  return [...used]
    .map(([{ id, version }, digests]) => ({
      id,
      version: String(version),
      processor: `${PROCESSOR} schema ${SHARD_SCHEMA}`,
      capturedAt: now,
      inputDigest: digests.join(' '),
    }))
    .sort((left, right) => compareText(left.id, right.id));
}
