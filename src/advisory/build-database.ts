import fs from 'node:fs';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import { LayerBuild } from './build-layer.ts';
import { type DatabaseStatus, describeDatabase } from './describe-database.ts';
import { type FeedInput, readDocuments } from './feed-documents.ts';
import type { BuildAccount } from './feed-facts.ts';
import {
  commitGenerations,
  discardGeneration,
  findCurrentGeneration,
  type Generation,
} from './generation.ts';
import { toLayerRoot } from './layer.ts';
import { SorterMemory } from './page-file/entry-sorter.ts';
import type { FeedProvider } from './provider/contract.ts';
import { providers } from './provider/registry.generated.ts';
import { recognizeDocument } from './recognize-document.ts';
import { UnusedDocuments, type UnusedFiles } from './unused-documents.ts';

/** Documents of feeds. */
export interface BuildInput {
  /** ID of the provider that reads them; if absent, each document is recognized by its provider. */
  readonly provider?: string;
  /** A document, a directory of documents and archives, or an archive (tar or zip). */
  readonly file: string;
}

export interface BuildOptions {
  readonly progress: Progress;
  readonly limits: Limits;
  /** Build time, RFC 3339. */
  readonly now: string;
  /** Providers that may recognize documents; if absent or empty, all. */
  readonly providers?: readonly string[];
  /** If true, a layer may have less than half of the statements of the one it replaces. */
  readonly isLossAccepted?: boolean;
}

export interface BuildOutcome {
  readonly status: DatabaseStatus;
  /** The first records that were left out, with the document in `path`. */
  readonly problems: readonly Problem[];
  /** Counts of everything that was read, by provider. */
  readonly accounts: ReadonlyMap<string, BuildAccount>;
  /** Documents that no provider recognizes, and other files, by their directory or archive. */
  readonly unused: readonly UnusedFiles[];
  /** Providers that recognized documents without a usable statement, and have no layer. */
  readonly empty: readonly UserError[];
  /**
   * Files of directories that could not be read and may have documents. Without them, the layers
   * are incomplete.
   */
  readonly unreadable: readonly Problem[];
}

/**
 * Builds one layer of a database for each provider, from documents of its upstream feed. It
 * replaces the provider's old layer and leaves the base and other providers unchanged. If any layer
 * fails, none is replaced. The same documents in the same order produce the same shards.
 *
 * @throws UserError `E_USAGE` for an unknown provider, `E_DB_IMPORT` for an unreadable file or a
 *   provider without any usable statement, `E_DB_LOSS`, `E_LIMIT`, `E_SPILL` if the database cannot
 *   be written
 */
export async function buildDatabase(
  inputs: readonly BuildInput[],
  destination: string,
  options: BuildOptions,
): Promise<BuildOutcome> {
  const { progress } = options;
  progress.emit({ kind: 'stage-started', stage: 'database' });
  using build = new DatabaseBuild(destination, options);
  try {
    for (const { provider, file } of inputs) {
      await build.readPlace(file, provider === undefined ? undefined : findFeed(provider));
    }
    build.commit();
  } catch (error) {
    const failure = toWriteError(destination, error);
    progress.emit({ kind: 'stage-failed', stage: 'database', message: failure.message });
    throw failure;
  }
  progress.emit({ kind: 'stage-finished', stage: 'database' });
  const { problems, accounts, empty, unreadable } = build;
  const unused = build.unused.list();
  return { status: describeDatabase(destination), problems, accounts, unused, empty, unreadable };
}

/** The layers of one build. */
class DatabaseBuild implements Disposable {
  readonly problems: Problem[] = [];
  readonly accounts = new Map<string, BuildAccount>();
  readonly unused = new UnusedDocuments();
  readonly empty: UserError[] = [];
  readonly unreadable: Problem[] = [];
  readonly #destination: string;
  readonly #options: BuildOptions;
  /** Providers that may recognize documents. */
  readonly #feeds: readonly FeedProvider[];
  /** Providers that the user names. An error ends the build if one has no usable statement. */
  readonly #named = new Set<FeedProvider>();
  readonly #layers = new Map<FeedProvider, LayerBuild>();
  readonly #generations: Generation[] = [];
  readonly #memory = new SorterMemory();

  constructor(destination: string, options: BuildOptions) {
    this.#destination = destination;
    this.#options = options;
    const named = (options.providers ?? []).map(findFeed);
    this.#feeds = named.length > 0 ? named : listFeeds();
    named.forEach((feed) => this.#named.add(feed));
  }

  /** Reads all documents of a file or directory. `feed`: their provider, if the user names it. */
  async readPlace(place: string, feed: FeedProvider | undefined): Promise<void> {
    if (feed !== undefined) {
      this.#named.add(feed);
    }
    for await (const input of readDocuments(place, this.#options.limits)) {
      await this.#readInput(input, feed);
    }
  }

  /** Completes all layers and makes them the current ones. */
  commit(): void {
    for (const feed of this.#named) {
      this.#openLayer(feed);
    }
    for (const [feed, layer] of this.#layers) {
      try {
        const { generation, account } = layer.writeLayer();
        this.#generations.push(generation);
        this.accounts.set(feed.id, account);
      } catch (error) {
        this.#leaveOut(feed, error);
      }
    }
    const [first] = this.empty;
    if (first !== undefined && this.#generations.length === 0) {
      throw first;
    }
    if (this.#generations.length === 0) {
      const [unreadable] = this.unreadable;
      if (unreadable !== undefined) {
        throw new UserError('E_DB_IMPORT', unreadable.message, {
          hint: 'fetch the file again; the database in use is unchanged',
        });
      }
      throw new UserError('E_DB_IMPORT', `no provider recognizes ${this.unused.describe()}`, {
        hint: 'name the provider: plimsoll db build PROVIDER=FILE; the database in use is unchanged',
      });
    }
    commitGenerations(this.#generations, this.#options);
  }

  /** Removes everything that is not the current layer. */
  [Symbol.dispose](): void {
    for (const layer of this.#layers.values()) {
      layer[Symbol.dispose]();
    }
    this.#generations.forEach(discardGeneration);
    for (const feed of this.#layers.keys()) {
      removeEmptyDirectory(toLayerRoot(this.#destination, feed.id));
    }
  }

  async #readInput(input: FeedInput, named: FeedProvider | undefined): Promise<void> {
    if (input.omission !== undefined) {
      const { problem, cause } = input.omission;
      if (problem !== undefined) {
        this.unreadable.push({ ...problem, path: input.name });
      }
      if (named !== undefined) {
        this.#openLayer(named).countOmission(input.omission);
      } else if (problem === undefined) {
        this.unused.countFile(input, cause);
      }
      return;
    }
    const { document, head } = input;
    const { name } = document;
    const found = named === undefined ? recognizeDocument(name, head, this.#feeds) : [named];
    const [feed] = found;
    if (feed === undefined || found.length > 1) {
      const cause = feed === undefined ? 'not recognized' : 'recognized by several providers';
      this.unused.countFile({ place: input.place, name }, cause);
    } else {
      await this.#openLayer(feed).readDocument(document);
    }
  }

  /** Leaves out a layer without content that replaces nothing and that the user does not name. */
  #leaveOut(feed: FeedProvider, error: unknown): void {
    const isRequired =
      this.#named.has(feed) ||
      findCurrentGeneration(toLayerRoot(this.#destination, feed.id)) !== undefined;
    if (isRequired || !(error instanceof UserError) || error.code !== 'E_DB_IMPORT') {
      throw error;
    }
    this.empty.push(error);
  }

  #openLayer(feed: FeedProvider): LayerBuild {
    const known = this.#layers.get(feed);
    if (known !== undefined) {
      return known;
    }
    const { limits, now, isLossAccepted } = this.#options;
    const report = (problem: Problem): void => {
      if (this.problems.length < limits.problemsMax) {
        this.problems.push(problem);
      }
    };
    const root = toLayerRoot(this.#destination, feed.id);
    const memory = this.#memory;
    const layer = new LayerBuild(feed, root, { limits, now, memory, report, isLossAccepted });
    this.#layers.set(feed, layer);
    return layer;
  }
}

/** Removes the directory of a layer that has never been complete. */
function removeEmptyDirectory(folder: string): void {
  if (fs.existsSync(folder) && fs.readdirSync(folder).length === 0) {
    fs.rmdirSync(folder);
  }
}

/** Lists the providers that are built from documents. */
export function listFeeds(): readonly FeedProvider[] {
  return providers.filter((provider) => provider.kind === 'feed');
}

/** @throws UserError `E_USAGE` for an unknown provider */
export function findFeed(id: string): FeedProvider {
  const feeds = listFeeds();
  const feed = feeds.find((provider) => provider.id === id);
  if (feed === undefined) {
    throw new UserError('E_USAGE', `unknown advisory provider "${id}"`, {
      hint: `use one of: ${feeds.map((provider) => provider.id).join(', ')}`,
    });
  }
  return feed;
}

/** SQLite and the file system throw errors of their own types, for example if the disk is full. */
function toWriteError(destination: string, error: unknown): Error {
  if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const message = `could not write the advisory database in "${destination}": ${error.message}`;
  return new UserError('E_SPILL', message, {
    hint: 'free some space, or use another directory with --db; the database in use is unchanged',
    cause: error,
  });
}
