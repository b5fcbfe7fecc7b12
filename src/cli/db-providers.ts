import type { DatabaseProvider } from '../foundation/core/advisory.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { groupDigits } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import { describeEachLayer } from '../vulnerability/advisory/describe-database.ts';
import type { AccountCounts, FeedFacts } from '../vulnerability/advisory/feed-facts.ts';
import { formatLayerName } from '../vulnerability/advisory/layer.ts';
import type { Context } from './command.ts';
import { printJson } from './db-output.ts';
import { createTableOptions } from './terminal.ts';

/** A source of the database. `feed` is absent if it was imported. */
interface ListedProvider extends DatabaseProvider {
  /** Provider that can be updated or removed alone, or `base`. */
  readonly layer: string;
  readonly feed: FeedFacts | undefined;
  /** Shards with its statements or records, and the hashes that stand for their content. */
  readonly shards: readonly { readonly name: string; readonly root: string }[];
}

const COLUMNS: readonly TextColumn<ListedProvider>[] = [
  { title: 'NAME', cell: ({ id }) => id },
  { title: 'VERSION', cell: ({ version }) => version },
  { title: 'PROCESSOR', canShrink: true, cell: ({ processor }) => processor },
  { title: 'DATE CAPTURED', canShrink: true, cell: ({ capturedAt }) => capturedAt },
  { title: 'INPUT DIGEST', canShrink: true, cell: ({ inputDigest }) => inputDigest },
  { title: 'LICENSE', canShrink: true, cell: ({ feed }) => feed?.license.expression ?? '' },
  { title: 'STATEMENTS', cell: ({ feed }) => formatCell(feed, ({ kept }) => kept) },
  { title: 'LEFT OUT', cell: ({ feed }) => formatCell(feed, ({ read, kept }) => read - kept) },
];

function formatCell(feed: FeedFacts | undefined, count: (counts: AccountCounts) => number): string {
  return feed === undefined ? '' : groupDigits(count(feed.account.statements));
}

/** Prints the sources of all layers, with the license and the account of those that were built. */
export function printProviders(folder: string, context: Context, isJson: boolean): ExitStatus {
  const providers = listProviders(folder);
  if (isJson) {
    printJson(context, providers.map(toModel));
    return EXIT_STATUS.fine;
  }
  writeTextTable(
    { write: (text) => context.print(text) },
    { columns: COLUMNS, rows: providers },
    createTableOptions(context.terminal),
  );
  return EXIT_STATUS.fine;
}

function listProviders(folder: string): readonly ListedProvider[] {
  const layers = describeEachLayer(folder).toReversed();
  const broken = layers.find(({ isValid }) => !isValid);
  if (layers.length === 0 || broken !== undefined) {
    const code = broken === undefined ? 'E_DB_MISSING' : 'E_DB_INVALID';
    throw new UserError(code, broken?.error ?? 'no advisory database found', {
      hint: 'run "plimsoll db update" to download one',
    });
  }
  return layers.flatMap(({ id, feed, description, shards }) =>
    (description?.providers ?? []).map((provider) => ({
      ...provider,
      layer: formatLayerName(id),
      feed,
      // A built layer has one provider, whose ID its statements need not have.
      shards: shards
        .filter((shard) => feed !== undefined || shard.providers.includes(provider.id))
        .map(({ name, digest }) => ({ name, root: digest })),
    })),
  );
}

/** The first five members are those of Grype. */
function toModel({
  id,
  version,
  processor,
  capturedAt,
  inputDigest,
  layer,
  feed,
  shards,
}: ListedProvider): object {
  return {
    name: id,
    version,
    processor,
    dateCaptured: capturedAt === '' ? null : capturedAt,
    inputDigest,
    layer,
    license: feed?.license ?? null,
    marks: feed?.marks ?? [],
    account: feed?.account ?? null,
    shards,
  };
}
