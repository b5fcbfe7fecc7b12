import { importDatabase } from '../../advisory/import-database.ts';
import { describeDatabase } from '../../advisory/open-database.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { suggestionFor } from '../../core/option-suggestion.ts';
import { escapeText, groupDigits } from '../../core/screen-text.ts';
import type { Command, Context } from '../command.ts';
import { databaseFolder } from '../folders.ts';

/** The advisory database: its state, and filling it. */
export const db: Command = { run };

const WORDS = ['status', 'import'] as const;

async function run(context: Context): Promise<ExitStatus> {
  const [word, file] = context.positionals;
  const folder = databaseFolder(context.resolved.values, context.environment);
  if (word === 'status' && file === undefined) {
    return status(folder, context);
  }
  if (word === 'import' && file !== undefined) {
    return fill(file, folder, context);
  }
  throw usageError(word);
}

function usageError(word: string | undefined): UserError {
  if (word === undefined) {
    return new UserError('E_USAGE', '"plimsoll db" needs a word: status or import', {
      hint: 'usage: plimsoll db status | plimsoll db import FILE',
    });
  }
  if (word === 'import') {
    return new UserError('E_USAGE', '"plimsoll db import" needs the file to import', {
      hint: 'for example: plimsoll db import vulnerability-db.tar.zst',
    });
  }
  return word === 'status'
    ? new UserError('E_USAGE', '"plimsoll db status" takes no file')
    : new UserError('E_USAGE', `"plimsoll db" does not know "${word}"`, {
        hint: suggestionFor(word, WORDS),
      });
}

async function fill(file: string, folder: string, context: Context): Promise<ExitStatus> {
  await importDatabase(file, folder, {
    progress: context.progress,
    limits: context.resolved.values.limits,
    now: context.now,
  });
  context.resources.dispose();
  return status(folder, context);
}

/**
 * Without a sound database the status is that of data that are missing, so that scripts can ask.
 */
function status(folder: string, context: Context): ExitStatus {
  const found = describeDatabase(folder);
  const { description } = found;
  const rows: [string, string][] = [['Path', found.path]];
  if (description !== undefined) {
    const source = description.sourceSchema === '' ? '' : ` (from ${description.sourceSchema})`;
    rows.push(
      ['Schema', `${description.schema}${source}`],
      ['Built', description.builtAt],
      ['Imported', found.importedAt ?? ''],
      ['From', description.origin],
      ['Size', `${groupDigits(found.sizeBytes)} bytes in ${found.shards.length} shards`],
      ['Sources', description.providers.map(({ id }) => id).join(', ')],
    );
  }
  rows.push(['Status', found.isValid ? 'valid' : `invalid: ${found.error ?? ''}`]);
  context.print(rows.map(([name, value]) => `${name.padEnd(10)}${escapeText(value)}\n`).join(''));
  return found.isValid ? EXIT_STATUS.fine : EXIT_STATUS.incomplete;
}
