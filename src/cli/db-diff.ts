import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type ExitStatus, UserError } from '../foundation/core/error.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import {
  diffPackages,
  listUncomparedShards,
  type PackageChange,
} from '../vulnerability/advisory/diff-databases.ts';
import {
  diffFacts,
  EPSS_THRESHOLDS,
  type FactChange,
  type FactDifference,
} from '../vulnerability/advisory/diff-facts.ts';
import { diffRules, type RuleChange } from '../vulnerability/advisory/diff-rules.ts';
import { fillDatabase } from '../vulnerability/advisory/fill-database.ts';
import type { Context } from './command.ts';
import { printJson, reportAbsentShards } from './db-output.ts';
import { createTemporaryDirectory } from './folders.ts';
import { createTableOptions } from './terminal.ts';

const COLUMNS: readonly TextColumn<PackageChange>[] = [
  { title: 'PACKAGE', canShrink: true, cell: ({ name }) => name },
  { title: 'TYPE', cell: getEcosystem },
  { title: 'SYSTEM', cell: getSystem },
  { title: 'CHANGE', cell: ({ change }) => change },
  { title: 'ADDED', canShrink: true, wraps: true, cell: ({ added }) => formatShortList(added) },
  {
    title: 'REMOVED',
    canShrink: true,
    wraps: true,
    cell: ({ removed }) => formatShortList(removed),
  },
  {
    title: 'MODIFIED',
    canShrink: true,
    wraps: true,
    cell: ({ modified }) =>
      formatShortList(modified.map(({ id, kinds }) => `${id} (${kinds.join(', ')})`)),
  },
];

const FACT_COLUMNS: readonly TextColumn<FactChange>[] = [
  { title: 'VULNERABILITY', cell: ({ id }) => id },
  { title: 'DATA', cell: ({ kind }) => kind },
  { title: 'CHANGE', cell: ({ change }) => change },
  { title: 'BEFORE', canShrink: true, wraps: true, cell: ({ before }) => before },
  { title: 'AFTER', canShrink: true, wraps: true, cell: ({ after }) => after },
];

const RULE_COLUMNS: readonly TextColumn<RuleChange>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'DATA', cell: ({ kind }) => kind },
  { title: 'CHANGE', cell: ({ change }) => change },
  { title: 'BEFORE', canShrink: true, wraps: true, cell: ({ before }) => before },
  { title: 'AFTER', canShrink: true, wraps: true, cell: ({ after }) => after },
];

/**
 * Prints the differences between two databases by package. Each is a directory with a database, or
 * a file that can be imported; a single one is compared with the database in use. The result is
 * incomplete if one of them is only installed in part.
 */
export async function printDatabaseDiff(
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
  const before = await prepareDirectory(older, context);
  const after = newer === undefined ? folder : await prepareDirectory(newer, context);
  const rows = [...diffPackages(before, after)];
  const uncompared = listUncomparedShards(before, after);
  const facts = diffFacts(before, after);
  const rules = diffRules(before, after);
  if (isJson) {
    printJson(context, [
      ...rows.map(toChangeModel),
      ...facts.changes.map(toFactModel),
      ...rules.map(toRuleModel),
    ]);
  } else {
    printChanges({ rows, facts, rules }, context);
    const count = rows.length + facts.changes.length + facts.minorScores.length + rules.length;
    if (count + uncompared.length === 0) {
      context.notify('Both databases have the same advisories for every package.');
    }
  }
  reportMinorScores(facts, context);
  return reportAbsentShards(uncompared, context);
}

interface Differences {
  readonly rows: readonly PackageChange[];
  readonly facts: FactDifference;
  readonly rules: readonly RuleChange[];
}

function printChanges({ rows, facts, rules }: Differences, context: Context): void {
  const { changes } = facts;
  const target = { write: (text: string) => context.print(text) };
  const options = createTableOptions(context.terminal);
  if (rows.length > 0) {
    context.notify(formatCount(rows.length, 'package'));
    writeTextTable(target, { columns: COLUMNS, rows }, options);
  }
  if (changes.length > 0) {
    context.print(rows.length > 0 ? '\n' : '');
    context.notify(formatCount(changes.length, 'fact'));
    writeTextTable(target, { columns: FACT_COLUMNS, rows: changes }, options);
  }
  if (rules.length > 0) {
    context.print(rows.length + changes.length > 0 ? '\n' : '');
    context.notify(formatCount(rules.length, 'release or rule', 'releases and rules'));
    writeTextTable(target, { columns: RULE_COLUMNS, rows: rules }, options);
  }
}

function reportMinorScores({ minorScores }: FactDifference, context: Context): void {
  if (minorScores.length > 0) {
    const count = formatCount(minorScores.length, 'EPSS score');
    context.notify(`${count} changed without crossing ${EPSS_THRESHOLDS.join(', ')}`);
  }
}

async function prepareDirectory(word: string, context: Context): Promise<string> {
  const found = statSync(word, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new UserError('E_USAGE', `no such database: "${word}"`, {
      hint: 'name a directory that contains a database, or a file that "plimsoll db import" accepts',
    });
  }
  if (found.isDirectory()) {
    return word;
  }
  const folder = join(createTemporaryDirectory(context.resources), 'db');
  const { progress, resolved, now } = context;
  await fillDatabase(word, folder, { progress, limits: resolved.values.limits, now });
  return folder;
}

const IDS_SHOWN = 3;

function formatShortList(ids: readonly string[]): string {
  const more = ids.length > IDS_SHOWN ? ` and ${ids.length - IDS_SHOWN} more` : '';
  return `${ids.slice(0, IDS_SHOWN).join(', ')}${more}`;
}

function getEcosystem({ kind, family, key }: PackageChange): string {
  return kind === 'system' ? (key[1] ?? '') : kind === 'product' ? 'cpe' : family;
}

function getSystem({ kind, family, key }: PackageChange): string {
  return kind === 'system' ? `${family} ${key[0] ?? ''}` : '';
}

function toChangeModel(change: PackageChange): object {
  const system = getSystem(change);
  return {
    name: change.name,
    ecosystem: getEcosystem(change),
    system: system === '' ? undefined : system,
    change: change.change,
    vulnerabilities: {
      added: change.added,
      removed: change.removed,
      modified: change.modified,
    },
  };
}

function toFactModel({ id, kind, change, before, after }: FactChange): object {
  return { vulnerability: id, data: kind, change, before, after };
}

function toRuleModel({ name, kind, change, before, after }: RuleChange): object {
  return { name, data: kind, change, before, after };
}
