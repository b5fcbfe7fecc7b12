import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildInput, buildDatabase } from '../advisory/build-database.ts';
import type { DatabaseStatus } from '../advisory/open-database.ts';
import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import { escapeText, formatCount } from '../core/screen-text.ts';
import type { Context } from './command.ts';

const FEED = /^([a-z0-9-]+)=(.+)$/s;
const HINT = 'name one, for example: plimsoll db build osv=advisories/ debian-tracker=tracker.json';
const PROBLEMS_SHOWN = 5;

/**
 * Fills the database from documents of upstream feeds, each word a provider and a file, or a folder
 * of which every file is one document. What could not be understood is told.
 */
export async function buildDatabaseFor(
  words: readonly string[],
  folder: string,
  context: Context,
): Promise<DatabaseStatus> {
  const inputs = words.flatMap(inputsOf);
  if (inputs.length === 0) {
    throw new UserError('E_USAGE', '"plimsoll db build" needs advisory feeds', { hint: HINT });
  }
  const { progress, resolved, now } = context;
  const { limits, acceptLoss } = resolved.values;
  const options = { progress, limits, now, isLossAccepted: acceptLoss };
  const { status, problems } = await buildDatabase(inputs, folder, options);
  for (const { path = '', message } of problems.slice(0, PROBLEMS_SHOWN)) {
    context.tell(escapeText(`left out: ${path}: ${message}`));
  }
  if (problems.length > PROBLEMS_SHOWN) {
    context.tell(`left out ${formatCount(problems.length, 'record')} in total`);
  }
  return status;
}

function inputsOf(word: string): BuildInput[] {
  const [, provider, file] = FEED.exec(word) ?? [];
  if (provider === undefined || file === undefined) {
    throw new UserError('E_USAGE', `invalid argument "${word}": expected PROVIDER=FILE`, {
      hint: HINT,
    });
  }
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new UserError('E_DB_IMPORT', `could not read the feed "${file}"`, {
      hint: 'check the path and its permissions',
    });
  }
  return found.isDirectory()
    ? documentsIn(file).map((path) => ({ provider, file: path }))
    : [{ provider, file }];
}

/** Every file of a folder and those below it, in a stable order. */
function documentsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort(compareText);
}
