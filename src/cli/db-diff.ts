import { statSync } from 'node:fs';
import { join } from 'node:path';
import { diffPackages, type PackageChange } from '../advisory/diff-databases.ts';
import { fillDatabase } from '../advisory/fill-database.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../core/error.ts';
import { formatJson } from '../core/json-document.ts';
import { formatCount } from '../core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../present/text-table.ts';
import type { Context } from './command.ts';
import { createTemporaryFolder } from './folders.ts';
import { tableOptionsOf } from './terminal.ts';

const COLUMNS: readonly TextColumn<PackageChange>[] = [
  { title: 'PACKAGE', canShrink: true, cell: ({ name }) => name },
  { title: 'TYPE', cell: ecosystemOf },
  { title: 'SYSTEM', cell: systemOf },
  { title: 'CHANGE', cell: ({ change }) => change },
  { title: 'ADDED', canShrink: true, wraps: true, cell: ({ added }) => shortList(added) },
  { title: 'REMOVED', canShrink: true, wraps: true, cell: ({ removed }) => shortList(removed) },
  { title: 'MODIFIED', canShrink: true, wraps: true, cell: ({ modified }) => shortList(modified) },
];

/**
 * Prints what two databases say otherwise of packages. Each is a folder that holds a database, or a
 * file that can be imported; one alone is compared with the database in use.
 */
export async function diffDatabasesFor(
  words: readonly string[],
  folder: string,
  context: Context,
  isJson: boolean,
): Promise<ExitStatus> {
  const [older, newer] = words;
  if (older === undefined) {
    throw new UserError('E_USAGE', '"plimsoll db diff" needs a database to compare with', {
      hint: 'name one, for example: plimsoll db diff vulnerability-db-of-last-week.tar.zst',
    });
  }
  const before = await folderOf(older, context);
  const after = newer === undefined ? folder : await folderOf(newer, context);
  const changes = diffPackages(before, after);
  if (isJson) {
    context.print(`${formatJson([...changes].map(changeModel), 1)}\n`);
    return EXIT_STATUS.fine;
  }
  const rows = [...changes];
  if (rows.length === 0) {
    context.tell('Both databases have the same advisories for every package.');
    return EXIT_STATUS.fine;
  }
  context.tell(formatCount(rows.length, 'package'));
  writeTextTable(
    { write: (text) => context.print(text) },
    { columns: COLUMNS, rows },
    tableOptionsOf(context.terminal),
  );
  return EXIT_STATUS.fine;
}

async function folderOf(word: string, context: Context): Promise<string> {
  const found = statSync(word, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new UserError('E_USAGE', `no such database: "${word}"`, {
      hint: 'name a directory that contains a database, or a file that "plimsoll db import" accepts',
    });
  }
  if (found.isDirectory()) {
    return word;
  }
  const folder = join(createTemporaryFolder(context.resources), 'db');
  const { progress, resolved, now } = context;
  await fillDatabase(word, folder, { progress, limits: resolved.values.limits, now });
  return folder;
}

const IDS_SHOWN = 3;

function shortList(ids: readonly string[]): string {
  const more = ids.length > IDS_SHOWN ? ` and ${ids.length - IDS_SHOWN} more` : '';
  return `${ids.slice(0, IDS_SHOWN).join(', ')}${more}`;
}

function ecosystemOf({ kind, family, key }: PackageChange): string {
  return kind === 'system' ? (key[1] ?? '') : kind === 'product' ? 'cpe' : family;
}

function systemOf({ kind, family, key }: PackageChange): string {
  return kind === 'system' ? `${family} ${key[0] ?? ''}` : '';
}

function changeModel(change: PackageChange): object {
  const system = systemOf(change);
  return {
    name: change.name,
    ecosystem: ecosystemOf(change),
    system: system === '' ? undefined : system,
    change: change.change,
    vulnerabilities: {
      added: change.added,
      removed: change.removed,
      modified: change.modified,
    },
  };
}
