import { readSbom } from '../../assess/read-sbom.ts';
import { defined } from '../../core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import type { Inventory } from '../../core/inventory.ts';
import { formatJson } from '../../core/json-document.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import { escapeText, formatCount, groupDigits } from '../../core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../../present/text-table.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Context } from '../command.ts';
import { createTemporaryFolder } from '../folders.ts';
import { createNetworkOptions, readInventoryFor } from '../request.ts';
import { tableOptionsOf } from '../terminal.ts';
import { type ElementGrade, type Grade, gradeInventory } from './grade-inventory.ts';
import type { GradeContext } from './judge-element.ts';

const FORMATS = ['table', 'json'] as const;

/** Prints how an inventory stands to each standard. */
export function printGrade({ inventory, about }: Graded, context: Context): ExitStatus {
  const format = formatOf(context);
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

/** What is graded. */
interface Graded {
  readonly inventory: Inventory;
  readonly about: Exclude<GradeContext['about'], 'untold'> | undefined;
}

/** Reads a document with what it says of itself, or else a target of which one could be made. */
export async function readGraded(target: string, context: Context): Promise<Graded> {
  const { from, limits, name } = context.resolved.values;
  try {
    const { inventory, about } = await readSbom(target, {
      limits,
      network: createNetworkOptions(context.resolved.values),
      temporaryFolder: () => createTemporaryFolder(context.resources),
      progress: context.progress,
      ...defined({ from, name }),
    });
    return { inventory, about: about && { ...about, isOwn: false } };
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_DOCUMENT_UNKNOWN') {
      return { inventory: await readInventoryFor(target, context), about: ownFacts(context) };
    }
    throw error;
  }
}

/** What a document would say that is made now. */
export function ownFacts({ reportTimestamp }: Context): NonNullable<Graded['about']> {
  const createdAt = reportTimestamp === undefined ? {} : { createdAt: reportTimestamp };
  return { authors: [], tools: ['plimsoll'], isOwn: true, ...createdAt };
}

const SCHEMA = { id: 'plimsoll-grade', version: 1 } as const;

function formatOf(context: Context): (typeof FORMATS)[number] {
  const wish = context.resolved.origins.output === 'flag' ? context.resolved.values.output : [];
  const word = wish.at(-1) ?? 'table';
  const format = FORMATS.find((known) => known === word);
  if (format === undefined) {
    throw new UserError('E_FORMAT', `unsupported format "${word}" for --grade`, {
      hint: suggestWord(word, FORMATS),
    });
  }
  return format;
}

function writeGrade({ title, elements }: Grade, sink: BufferedSink, context: Context): void {
  const met = elements.filter(({ lacking }) => lacking === 0).length;
  sink.write(`\n${title}: ${met} of ${elements.length} elements\n`);
  writeTextTable(
    sink,
    { columns: COLUMNS, rows: elements.flatMap(elementRows) },
    tableOptionsOf(context.terminal),
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
    cell: ({ element }) => (element ? groupDigits(element.total - element.lacking) : ''),
  },
  { title: 'LACK IT', cell: ({ element }) => (element ? groupDigits(element.lacking) : '') },
  { title: 'WHY', canShrink: true, wraps: true, cell: ({ why }) => why },
];

/** A line for the element, and one for each further reason. */
function elementRows(element: ElementGrade): ElementRow[] {
  const { reasons } = element;
  const shown = reasons
    .slice(0, REASONS_MAX)
    .map(({ why, count, examples }) => `${groupDigits(count)}: ${why}${exampleText(examples)}`);
  const more = reasons.length - shown.length;
  const [first, ...others] =
    more === 0 ? shown : [...shown, `and ${formatCount(more, 'more reason')} (see -o json)`];
  return [{ element, why: first ?? '' }, ...others.map((why) => ({ why }))];
}

function exampleText(examples: readonly string[]): string {
  return examples.length === 0 ? '' : ` (${examples.slice(0, 2).map(escapeText).join(', ')} …)`;
}
