import { readSbom } from '../../assess/read-sbom.ts';
import { getContextName } from '../../document/sbom/generation-context.ts';
import { defined } from '../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import { escapeText, formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../../foundation/present/text-table.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { createNetworkOptions, readContextInventory } from '../request.ts';
import { createTableOptions } from '../terminal.ts';
import { type ElementGrade, type Grade, gradeInventory } from './grade-inventory.ts';
import type { GradeContext } from './judge-element.ts';

const FORMATS = ['table', 'json'] as const;

/** Prints the grades of an inventory by each standard. */
export function printGrade({ inventory, about }: GradedInventory, context: Context): ExitStatus {
  const format = chooseFlagFormat(FORMATS, '--grade', context);
  const grades = gradeInventory(inventory, about ?? 'untold');
  context.resources.dispose();
  const sink = new BufferedSink((text) => context.print(text));
  if (format === 'json') {
    const { name } = inventory.target;
    const document = { schema: SCHEMA, target: name, components: inventory.packages.length };
    sink.write(`${formatJson({ ...document, standards: grades })}\n`);
  } else {
    sink.write(`${escapeText(inventory.target.name)}: `);
    sink.write(`${formatCount(inventory.packages.length, 'component')}\n`);
    for (const grade of grades) {
      writeGrade(grade, sink, context);
    }
  }
  sink.flush();
  return EXIT_STATUS.fine;
}

/** The graded document or target. */
interface GradedInventory {
  readonly inventory: Inventory;
  readonly about: Exclude<GradeContext['about'], 'untold'> | undefined;
}

/**
 * Reads a document with the facts about itself, or else a target from which a document could be
 * created.
 */
export async function readGraded(target: string, context: Context): Promise<GradedInventory> {
  const { from, limits, name } = context.resolved.values;
  try {
    const { inventory, about } = await readSbom(target, {
      limits,
      network: createNetworkOptions(context.resolved.values),
      temporaryFolder: () => createTemporaryDirectory(context.resources),
      progress: context.progress,
      ...defined({ from, name }),
    });
    return { inventory, about: about && { ...about, isOwn: false } };
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_DOCUMENT_UNKNOWN') {
      const inventory = await readContextInventory(target, context);
      return { inventory, about: createOwnFacts(inventory, context) };
    }
    throw error;
  }
}

/** Returns the facts about a document that would be created of an inventory now. */
export function createOwnFacts(
  { target }: Pick<Inventory, 'target'>,
  { reportTimestamp: createdAt }: Pick<Context, 'reportTimestamp'>,
): NonNullable<GradedInventory['about']> {
  return {
    authors: [],
    tools: ['plimsoll'],
    declaresUnknowns: true,
    isOwn: true,
    ...defined({ createdAt, context: getContextName(target) }),
  };
}

const SCHEMA = { id: 'plimsoll-grade', version: 1 } as const;

function writeGrade({ title, elements }: Grade, sink: BufferedSink, context: Context): void {
  const met = elements.filter(({ lacking }) => lacking === 0).length;
  const unknown = elements.reduce((sum, element) => sum + element.unknown, 0);
  const note = unknown === 0 ? '' : `, ${formatCount(unknown, 'value')} stated as unknown`;
  sink.write(`\n${title}: ${met} of ${elements.length} elements${note}\n`);
  writeTextTable(
    sink,
    { columns: COLUMNS, rows: elements.flatMap(listElementRows) },
    createTableOptions(context.terminal),
  );
}

const REASONS_MAX = 4;

interface ElementRow {
  /** Absent in a line that only adds a reason to the one above. */
  readonly element?: ElementGrade;
  readonly why: string;
}

const COLUMNS: readonly TextColumn<ElementRow>[] = [
  { title: 'ELEMENT', cell: ({ element }) => element?.name ?? '' },
  {
    title: 'HAVE IT',
    cell: ({ element }) => (element ? groupDigits(countValues(element)) : ''),
  },
  { title: 'UNKNOWN', cell: ({ element }) => (element ? groupDigits(element.unknown) : '') },
  { title: 'LACK IT', cell: ({ element }) => (element ? groupDigits(element.lacking) : '') },
  { title: 'WHY', canShrink: true, wraps: true, cell: ({ why }) => why },
];

function countValues({ total, lacking, unknown }: ElementGrade): number {
  return total - lacking - unknown;
}

/** Returns a row for the element, and one for each further reason. */
function listElementRows(element: ElementGrade): ElementRow[] {
  const { reasons } = element;
  const shown = reasons
    .slice(0, REASONS_MAX)
    .map(
      ({ why, next, count, examples }) =>
        `${groupDigits(count)}: ${why}${formatExamples(examples)}${next === undefined ? '' : `; ${next}`}`,
    );
  const more = reasons.length - shown.length;
  const [first, ...others] =
    more === 0 ? shown : [...shown, `and ${formatCount(more, 'more reason')} (see -o json)`];
  return [{ element, why: first ?? '' }, ...others.map((why) => ({ why }))];
}

function formatExamples(examples: readonly string[]): string {
  return examples.length === 0 ? '' : ` (${examples.slice(0, 2).map(escapeText).join(', ')} …)`;
}
