import { type CatalogerSelection, selectCatalogers } from '../../assess/select-catalogers.ts';
import type { Cataloger } from '../../foundation/core/cataloger.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { type TextColumn, writeTextTable } from '../../foundation/present/text-table.ts';
import { catalogers } from '../../inventory/catalog/registry.generated.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Command, Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { createTableOptions } from '../terminal.ts';

/**
 * Lists the catalogers: the packages that each finds, the properties it can determine, and which of
 * them would run.
 */
export const cataloger: Command = { run };

const FORMATS = ['table', 'json'] as const;

async function run(context: Context): Promise<ExitStatus> {
  const [word = 'list'] = context.positionals;
  if (word !== 'list') {
    throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll cataloger"`, {
      hint: suggestWord(word, ['list']),
    });
  }
  const rows = listRows(context.resolved.values);
  if (chooseFlagFormat(FORMATS, '"plimsoll cataloger"', context) === 'json') {
    context.print(`${formatJson({ catalogers: rows.map(toJsonRow) })}\n`);
  } else {
    printTable(rows, context);
  }
  return EXIT_STATUS.fine;
}

interface Row {
  readonly cataloger: Cataloger<unknown>;
  readonly isSelected: boolean;
}

/** As in Syft, an expression that does not start with a set is applied to all catalogers. */
function listRows(selection: CatalogerSelection): Row[] {
  const { overrideDefaultCatalogers = [], selectCatalogers: expressions = [] } = selection;
  const base = overrideDefaultCatalogers.length === 0 ? ['all'] : overrideDefaultCatalogers;
  const selected = new Set(
    selectCatalogers(catalogers, 'image', {
      overrideDefaultCatalogers: base,
      selectCatalogers: expressions,
    }),
  );
  return catalogers.map((one) => ({ cataloger: one, isSelected: selected.has(one) }));
}

function toJsonRow({ cataloger: one, isSelected }: Row): object {
  const { id, alias, title, spec, tags, can } = one;
  return { id, alias, title, spec, tags, can, selected: isSelected };
}

const COLUMNS: readonly TextColumn<Row>[] = [
  { title: 'ID', cell: (row) => row.cataloger.id },
  { title: 'SYFT NAME', canShrink: true, dropRank: 1, cell: (row) => row.cataloger.alias },
  { title: 'TAGS', canShrink: true, wraps: true, cell: (row) => row.cataloger.tags.join(', ') },
  { title: 'LICENSES', cell: (row) => row.cataloger.can.licenses },
  { title: 'DEPENDENCIES', cell: (row) => row.cataloger.can.dependencies },
  { title: 'FILES', cell: (row) => row.cataloger.can.ownedFiles },
  { title: 'RUNS', cell: (row) => (row.isSelected ? 'yes' : 'no') },
];

function printTable(rows: readonly Row[], context: Context): void {
  const sink = new BufferedSink((text) => context.print(text));
  writeTextTable(sink, { columns: COLUMNS, rows }, createTableOptions(context.terminal));
  sink.flush();
}
