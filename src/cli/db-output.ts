import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { formatJson } from '../foundation/core/json-document.ts';
import { escapeCiCommands, escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { wrapWords } from '../foundation/present/fitted-lines.ts';
import type { Context } from './command.ts';

/** Prints a value as indented JSON. */
export function printJson(context: Context, value: unknown): void {
  context.print(`${formatJson(value, 1)}\n`);
}

const ROW_TITLE_COLUMNS = 10;

/** Prints rows of a title and a value, wrapped to the width of the terminal. */
export function printRows(context: Context, rows: readonly (readonly [string, string])[]): void {
  const columns = (context.terminal.resultColumns ?? Number.POSITIVE_INFINITY) - ROW_TITLE_COLUMNS;
  const margin = ' '.repeat(ROW_TITLE_COLUMNS);
  for (const [name, value] of rows) {
    const lines = wrapWords(escapeText(value), columns).join(`\n${margin}`);
    context.print(escapeCiCommands(`${name.padEnd(ROW_TITLE_COLUMNS)}${lines}\n`));
  }
}

const ABSENT_SHOWN = 10;

/**
 * Returns the exit status of a result. If shards are absent that it needs, it is incomplete, and a
 * warning names them.
 */
export function reportAbsentShards(absent: readonly string[], context: Context): ExitStatus {
  if (absent.length === 0) {
    return EXIT_STATUS.fine;
  }
  const count = formatCount(absent.length, 'shard');
  const message = `the result is incomplete without ${count} of the database: ${listShards(absent)}`;
  context.notify(escapeText(`warning: ${message}`));
  context.notify(
    'hint: delete the database with "plimsoll db delete", and install all of it with "plimsoll db update"',
  );
  return EXIT_STATUS.incomplete;
}

/** Lists the first of several shards for people. */
export function listShards(shards: readonly string[]): string {
  const rest = shards.length - ABSENT_SHOWN;
  return `${shards.slice(0, ABSENT_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Returns the file that an action needs; throws `E_USAGE` if it is missing. */
export function getFileArgument({ positionals }: Context, what: string, example: string): string {
  const [word = '', file] = positionals;
  if (file === undefined) {
    throw new UserError('E_USAGE', `missing argument: "plimsoll db ${word}" needs ${what}`, {
      hint: `add it, for example: plimsoll db ${word} ${example}`,
    });
  }
  return file;
}
