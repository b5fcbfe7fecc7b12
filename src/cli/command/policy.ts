import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { formatJson } from '../../core/json-document.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import { formatCount } from '../../core/screen-text.ts';
import { importAnchoreBundle } from '../../policy/anchore/import-bundle.ts';
import type { FactDefinition } from '../../policy/fact.ts';
import { loadPolicies } from '../../policy/load-policies.ts';
import { packs } from '../../policy/pack/registry.generated.ts';
import { subjectKinds } from '../../policy/subject/registry.generated.ts';
import { type TextColumn, type TextTable, writeTextTable } from '../../present/text-table.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Command, Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { readPolicyBytes, readPolicyFile } from '../policy-file.ts';
import { createTableOptions } from '../terminal.ts';

/** Lists the built-in packs and the facts, and prints a pack. */
export const policy: Command = { run };

const FORMATS = ['table', 'json'] as const;

const ACTIONS: ReadonlyMap<string, (context: Context) => void> = new Map([
  ['list', listPacks],
  ['show', showPack],
  ['facts', listFacts],
  ['import', importBundle],
  ['test', testPolicy],
]);

function run(context: Context): Promise<ExitStatus> {
  const [word = 'list'] = context.positionals;
  const action = ACTIONS.get(word);
  if (action === undefined) {
    throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll policy"`, {
      hint: suggestWord(word, [...ACTIONS.keys()]),
    });
  }
  action(context);
  return Promise.resolve(EXIT_STATUS.fine);
}

const PACK_COLUMNS: readonly TextColumn<(typeof packs)[number]>[] = [
  { title: 'PACK', cell: ({ id, version }) => `${id}@${version}` },
  { title: 'CONTENT', canShrink: true, wraps: true, cell: ({ title }) => title },
];

function listPacks(context: Context): void {
  if (chooseFlagFormat(FORMATS, '"plimsoll policy"', context) === 'json') {
    const list = packs.map(({ id, version, title }) => ({ id, version, title }));
    context.print(`${formatJson({ packs: list })}\n`);
  } else {
    printTable({ columns: PACK_COLUMNS, rows: packs }, context);
  }
}

function showPack(context: Context): void {
  const [, name = ''] = context.positionals;
  const [id = ''] = name.split('@', 1);
  const pack = packs.find((one) => one.id === id);
  if (pack === undefined) {
    throw new UserError('E_USAGE', `there is no pack "${name}"`, {
      hint: suggestWord(
        id,
        packs.map((one) => one.id),
      ),
    });
  }
  context.print(pack.text);
}

interface FactRow extends FactDefinition<never> {
  readonly subject: string;
}

const FACT_COLUMNS: readonly TextColumn<FactRow>[] = [
  { title: 'SUBJECT', cell: ({ subject }) => subject },
  { title: 'FACT', cell: ({ name }) => name },
  { title: 'TYPE', cell: formatType },
  { title: 'MEANING', canShrink: true, wraps: true, cell: ({ about }) => about },
  {
    title: 'IF ABSENT',
    canShrink: true,
    wraps: true,
    dropRank: 1,
    cell: ({ absence }) => absence,
  },
];

function formatType({ type }: FactRow): string {
  return type.kind === 'amount' ? type.unit : type.kind;
}

function listFacts(context: Context): void {
  const rows = subjectKinds.flatMap(({ id, facts }) =>
    facts.map((fact): FactRow => ({ ...fact, subject: id })),
  );
  if (chooseFlagFormat(FORMATS, '"plimsoll policy"', context) === 'json') {
    const list = rows.map(({ subject, name, type, about, absence }) => {
      return { subject, name, type, about, absence };
    });
    context.print(`${formatJson({ facts: list })}\n`);
  } else {
    printTable({ columns: FACT_COLUMNS, rows }, context);
  }
}

function printTable<Row>(table: TextTable<Row>, context: Context): void {
  const sink = new BufferedSink((text) => context.print(text));
  writeTextTable(sink, table, createTableOptions(context.terminal));
  sink.flush();
}

/** Prints an Anchore bundle as a policy of ours; what is lost goes to standard error. */
function importBundle(context: Context): void {
  const file = requireFile(context, 'import');
  const { text, translated, losses } = importAnchoreBundle(
    readPolicyBytes(file, 'the bundle'),
    file,
  );
  context.print(text);
  for (const loss of losses) {
    context.notify(`not translated: ${loss}`);
  }
  context.notify(`${formatCount(translated, 'rule')} translated`);
}

/** Reads a policy with its packs, and prints its rules. */
function testPolicy(context: Context): void {
  const file = requireFile(context, 'test');
  const policies = loadPolicies([readPolicyFile(file)]);
  const rules = policies.flatMap((one) => one.rules);
  const exceptions = policies.flatMap((one) => one.exceptions);
  context.print(
    `valid: ${formatCount(rules.length, 'rule')}, ${formatCount(exceptions.length, 'exception')}\n`,
  );
}

function requireFile({ positionals }: Context, action: string): string {
  const [, file] = positionals;
  if (file === undefined) {
    throw new UserError('E_USAGE', `"plimsoll policy ${action}" needs a file`, {
      hint: `name it, for example: plimsoll policy ${action} FILE`,
    });
  }
  return file;
}
