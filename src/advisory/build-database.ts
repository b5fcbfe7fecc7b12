import fs from 'node:fs';
import { addToList } from '../core/add-to-list.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import { buildLayer } from './build-layer.ts';
import { type DatabaseStatus, describeDatabase } from './describe-database.ts';
import type { BuildAccount } from './feed-facts.ts';
import { commitGenerations, discardGeneration, type Generation } from './generation.ts';
import { prepareGeneration } from './import-database.ts';
import { toLayerRoot } from './layer.ts';
import type { FeedProvider } from './provider/contract.ts';
import { providers } from './provider/registry.generated.ts';

/** Documents of a feed. */
export interface BuildInput {
  /** ID of the provider that reads them. */
  readonly provider: string;
  /** A document, a directory of documents, or an archive (tar, also compressed, or zip). */
  readonly file: string;
}

export interface BuildOptions {
  readonly progress: Progress;
  readonly limits: Limits;
  /** Build time, RFC 3339. */
  readonly now: string;
  /** If true, a layer may have less than half of the statements of the one it replaces. */
  readonly isLossAccepted?: boolean;
}

export interface BuildOutcome {
  readonly status: DatabaseStatus;
  /** The first records that were left out, with the document in `path`. */
  readonly problems: readonly Problem[];
  /** Counts of everything that was read, by provider. */
  readonly accounts: ReadonlyMap<string, BuildAccount>;
}

/**
 * Builds one layer of a database for each provider, from documents of its upstream feed. It
 * replaces the provider's old layer and leaves the base and other providers unchanged. If any layer
 * fails, none is replaced. The same documents in the same order produce the same shards.
 *
 * @throws UserError `E_USAGE` for an unknown provider, `E_DB_IMPORT` for an unreadable file or a
 *   provider without any usable statement, `E_DB_LOSS`, `E_LIMIT`.
 */
export async function buildDatabase(
  inputs: readonly BuildInput[],
  destination: string,
  options: BuildOptions,
): Promise<BuildOutcome> {
  const { progress, limits, now } = options;
  const files = groupFiles(inputs);
  const problems: Problem[] = [];
  const report = (problem: Problem): void => {
    if (problems.length < limits.problemsMax) {
      problems.push(problem);
    }
  };
  const accounts = new Map<string, BuildAccount>();
  const generations: Generation[] = [];
  progress.emit({ kind: 'stage-started', stage: 'database' });
  try {
    for (const [provider, of] of files) {
      const root = toLayerRoot(destination, provider.id);
      const generation = await prepareGeneration(root, now, async (output) => {
        const input = { provider, files: of };
        accounts.set(provider.id, await buildLayer(input, output, { limits, now, report }));
      });
      generations.push(generation);
    }
    commitGenerations(generations, options);
  } catch (error) {
    generations.forEach(discardGeneration);
    for (const provider of files.keys()) {
      removeEmptyDirectory(toLayerRoot(destination, provider.id));
    }
    throw error;
  }
  progress.emit({ kind: 'stage-finished', stage: 'database' });
  return { status: describeDatabase(destination), problems, accounts };
}

/** Removes the directory of a layer that has never been complete. */
function removeEmptyDirectory(folder: string): void {
  if (fs.existsSync(folder) && fs.readdirSync(folder).length === 0) {
    fs.rmdirSync(folder);
  }
}

function groupFiles(inputs: readonly BuildInput[]): ReadonlyMap<FeedProvider, readonly string[]> {
  const files = new Map<FeedProvider, string[]>();
  for (const { provider, file } of inputs) {
    addToList(files, findFeed(provider), file);
  }
  return files;
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
