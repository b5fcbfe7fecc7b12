import { existsSync } from 'node:fs';
import { type BuildInput, buildDatabase } from '../advisory/build-database.ts';
import type { DatabaseStatus } from '../advisory/describe-database.ts';
import type { AccountCounts, BuildAccount } from '../advisory/feed-facts.ts';
import { UserError } from '../core/error.ts';
import { escapeText, formatCount, groupDigits } from '../core/screen-text.ts';
import type { Context } from './command.ts';

const FEED = /^([a-z0-9-]+)=(.+)$/s;
const HINT = 'name one, for example: plimsoll db build osv=advisories/ debian-tracker=tracker.json';
const PROBLEMS_SHOWN = 5;
const CAUSES_SHOWN = 8;

/**
 * Builds layers of the database from documents of upstream feeds. Each argument is a provider and a
 * document, a directory or an archive. Prints the account of each provider.
 */
export async function buildFromArguments(
  words: readonly string[],
  folder: string,
  context: Context,
): Promise<DatabaseStatus> {
  const inputs = words.map(parseInput);
  if (inputs.length === 0) {
    throw new UserError('E_USAGE', '"plimsoll db build" needs advisory feeds', { hint: HINT });
  }
  const { progress, resolved, now } = context;
  const { limits, acceptLoss } = resolved.values;
  const options = { progress, limits, now, isLossAccepted: acceptLoss };
  const { status, problems, accounts } = await buildDatabase(inputs, folder, options);
  for (const { path = '', message } of problems.slice(0, PROBLEMS_SHOWN)) {
    context.notify(escapeText(`left out: ${path}: ${message}`));
  }
  for (const [provider, account] of accounts) {
    context.notify(escapeText(formatAccount(provider, account)));
  }
  return status;
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
  if (!existsSync(file)) {
    throw new UserError('E_DB_IMPORT', `could not read the feed "${file}"`, {
      hint: 'check the path and its permissions',
    });
  }
  return { provider, file };
}
