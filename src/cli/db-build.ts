import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../foundation/core/error.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { escapeText, formatCount, groupDigits } from '../foundation/core/screen-text.ts';
import { type BuildInput, buildDatabase } from '../vulnerability/advisory/build-database.ts';
import type { DatabaseStatus } from '../vulnerability/advisory/describe-database.ts';
import type { AccountCounts, BuildAccount } from '../vulnerability/advisory/feed-facts.ts';
import type { UnusedFiles } from '../vulnerability/advisory/unused-documents.ts';
import type { Context } from './command.ts';

const FEED = /^([a-z0-9-]+)=(.+)$/s;
const HINT =
  'name a directory of documents, "--from DIR", or a provider and its documents, "osv=advisories/"';
const PROBLEMS_SHOWN = 5;
const PLACES_SHOWN = 10;
const CAUSES_SHOWN = 8;

/**
 * Builds layers of the database from documents of upstream feeds: of places whose documents are
 * recognized, and of arguments that name the provider. Prints the account of each provider. The
 * result is incomplete if a file could not be read.
 */
export async function buildFromArguments(
  words: readonly string[],
  folder: string,
  context: Context,
): Promise<{ readonly status: DatabaseStatus; readonly isComplete: boolean }> {
  const { progress, resolved, now } = context;
  const { limits, acceptLoss, feeds, provider: providers } = resolved.values;
  const places = feeds.map((file) => checkPlace({ file }));
  const inputs = [...places, ...words.map(parseInput)];
  if (inputs.length === 0) {
    throw new UserError('E_USAGE', '"plimsoll db build" needs advisory feeds', { hint: HINT });
  }
  if (providers.length > 0 && places.length === 0) {
    throw new UserError('E_USAGE', '--provider needs --from', { hint: HINT });
  }
  const options = { progress, limits, now, providers, isLossAccepted: acceptLoss };
  const { status, problems, accounts, ...rest } = await buildDatabase(inputs, folder, options);
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) {
    context.notify(escapeText(`left out: ${problem.path ?? ''}: ${problem.message}`));
  }
  for (const [provider, account] of accounts) {
    context.notify(escapeText(formatAccount(provider, account)));
  }
  for (const { message } of rest.empty) {
    context.notify(escapeText(`warning: ${message}`));
  }
  reportUnused(rest.unused, context);
  reportUnreadable(rest.unreadable, context);
  return { status, isComplete: rest.unreadable.length === 0 };
}

function reportUnreadable(unreadable: readonly Problem[], context: Context): void {
  for (const { path: file = '', message } of unreadable.slice(0, PLACES_SHOWN)) {
    context.notify(escapeText(`warning: left out ${file}: ${message}`));
  }
  const rest = unreadable.length - PLACES_SHOWN;
  if (rest > 0) {
    context.notify(`warning: left out ${formatCount(rest, 'more unreadable file')}`);
  }
}

/** Files that no provider reads may be documents of a newer form: each place is named. */
function reportUnused(unused: readonly UnusedFiles[], context: Context): void {
  for (const { place, cause, count, first } of unused.slice(0, PLACES_SHOWN)) {
    const file = path.relative(place, first) || first;
    const named = count === 1 ? file : `${file} and ${groupDigits(count - 1)} more`;
    context.notify(escapeText(`${cause}: ${formatCount(count, 'file')} in ${place}: ${named}`));
  }
  const rest = unused.slice(PLACES_SHOWN);
  if (rest.length > 0) {
    const count = rest.reduce((sum, group) => sum + group.count, 0);
    const files = formatCount(count, 'file');
    context.notify(`not used: ${files} in ${formatCount(rest.length, 'other place')}`);
  }
}

/** Formats the number of items read, and of items left out by cause. */
function formatAccount(provider: string, account: BuildAccount): string {
  const { documents, records, statements, facts } = account;
  const causes = [documents, records, statements, facts]
    .flatMap((counts) => Object.entries(counts?.leftOut ?? {}))
    .sort(([, left], [, right]) => right - left)
    .map(([cause, count]) => `${groupDigits(count)} ${cause}`);
  const more =
    causes.length > CAUSES_SHOWN ? ` and ${causes.length - CAUSES_SHOWN} more causes` : '';
  const leftOut =
    causes.length === 0 ? '' : `; left out: ${causes.slice(0, CAUSES_SHOWN).join(', ')}`;
  const kept = [
    ...(statements.read === 0 && facts !== undefined ? [] : [formatKept(statements, 'statement')]),
    ...(facts === undefined ? [] : [formatKept(facts, 'fact')]),
  ].join(' and ');
  return `${provider}: kept ${kept} in ${formatCount(documents.read, 'document')}${leftOut}${more}`;
}

function formatKept({ read, kept }: AccountCounts, unit: string): string {
  return `${groupDigits(kept)} of ${formatCount(read, unit)}`;
}

function parseInput(word: string): BuildInput {
  const [, provider, file] = FEED.exec(word) ?? [];
  if (provider === undefined || file === undefined) {
    throw new UserError('E_USAGE', `invalid argument "${word}": expected PROVIDER=FILE`, {
      hint: HINT,
    });
  }
  return checkPlace({ provider, file });
}

function checkPlace<Input extends BuildInput>(input: Input): Input {
  if (!existsSync(input.file)) {
    throw new UserError('E_DB_IMPORT', `could not read the feed "${input.file}"`, {
      hint: 'check the path and its permissions',
    });
  }
  return input;
}
