import { quoteArgument } from '../../foundation/core/quote-argument.ts';
import { escapeText, formatCount } from '../../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../../foundation/present/text-table.ts';
import { ASPECTS, type Aspect, type Observation } from '../../hardening/trial/observation.ts';
import type { MissingFile, TrialResult } from '../../hardening/trial/verify-slim.ts';
import { formatPrograms } from '../../report/format/plan/plan-text.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Context } from '../command.ts';
import { createTableOptions } from '../terminal.ts';
import { findBet, type TrialPlan } from './trial-plan.ts';

interface Row {
  readonly aspect: string;
  readonly text: string;
}

const COLUMNS: readonly TextColumn<Row>[] = [
  { title: 'COMPARED', cell: ({ aspect }) => aspect },
  { title: 'BEHAVIOR', canShrink: true, wraps: true, cell: ({ text }) => text },
];

const LINES_SHOWN = 10;
const SAME = 'behaves as before';

const NOUNS: Readonly<Record<Aspect, string>> = {
  status: 'exit status',
  output: 'standard output',
  errors: 'standard error',
  response: 'response',
  listeners: 'listening ports',
  files: 'written files',
  health: 'health check',
};

interface ReportSubject {
  /** The original and its slim image, as the user wrote them. */
  readonly names: readonly [string, string];
  readonly plan: TrialPlan | undefined;
}

/** Prints how two images behave, and the first file that the slim one lacks. */
export function writeTrialReport(
  result: TrialResult,
  { names: [original, slim], plan }: ReportSubject,
  context: Context,
): void {
  const same = result.cuts.length === 0 ? SAME : `${SAME}, as far as it was observed`;
  const verdict = result.isSame ? same : 'does not behave as before';
  const print = (text: string): void => context.print(`${escapeText(text)}\n`);
  print(`${slim} ${verdict} (${formatCount(result.runs, 'run')}; original: ${original})`);
  context.print('\n');
  const sink = new BufferedSink((text) => context.print(text));
  const rows = result.isSame ? listSameRows(result.original) : listDifferentRows(result);
  writeTextTable(sink, { columns: COLUMNS, rows }, createTableOptions(context.terminal));
  sink.flush();
  for (const aspect of result.cuts) {
    print(`Incomplete: only a part of the ${NOUNS[aspect]} was observed`);
  }
  if (result.isSame) {
    return;
  }
  context.print('\n');
  describeMissing(result.missing, plan).forEach(print);
  describeRepair(result).forEach(print);
  const files = result.added.length > 0 ? result.added : [result.missing?.path ?? ''];
  if (files[0] !== '') {
    const shown = files.slice(0, LINES_SHOWN).map((path) => ` --keep ${quoteArgument(path)}`);
    context.print('\nNext\n');
    print(
      `  plimsoll harden emit ${quoteArgument(original)}${shown.join('')} -o oci-dir=DIRECTORY`,
    );
  }
}

function listSameRows(run: Observation): readonly Row[] {
  return ASPECTS.filter((aspect) => run[aspect].length > 0).map((aspect) => ({
    aspect,
    text: summarize(aspect, run[aspect]),
  }));
}

function summarize(aspect: Aspect, lines: readonly string[]): string {
  const isShort = aspect === 'status' || aspect === 'listeners' || aspect === 'health';
  const same = isShort ? lines.join(', ') : formatCount(lines.length, 'line');
  return aspect === 'files' ? `${formatCount(lines.length, 'file')} written` : same;
}

function listDifferentRows({ differences, unmet }: TrialResult): readonly Row[] {
  const rows = differences.flatMap(({ aspect, missing, extra }) => [
    ...cutLines(missing).map((line) => ({ aspect, text: `- ${line}` })),
    ...cutLines(extra).map((line) => ({ aspect, text: `+ ${line}` })),
  ]);
  return [...rows, ...unmet.map((text) => ({ aspect: 'expected', text }))];
}

function cutLines(lines: readonly string[]): readonly string[] {
  const more = lines.length - LINES_SHOWN;
  return more > 0 ? [...lines.slice(0, LINES_SHOWN), formatCount(more, 'more line')] : lines;
}

const EVIDENCE = {
  trace: 'the program tried to use it',
  message: 'a message names it',
  search: 'found by adding dropped files',
} as const;

function describeMissing(
  missing: MissingFile | undefined,
  plan: TrialPlan | undefined,
): readonly string[] {
  if (missing === undefined) {
    return ['No dropped file explains the difference.'];
  }
  const { path, evidence, isConfirmed } = missing;
  const proof = isConfirmed
    ? 'with it, the image behaves differently'
    : 'but adding it changes nothing';
  const bet = findBet(plan, path);
  return [
    `First missing file: ${path} (${EVIDENCE[evidence]}; ${proof})`,
    ...(bet === undefined
      ? []
      : [`  dropped by bet ${bet.id}: ${formatPrograms(bet.programs)} may use it`]),
  ];
}

function describeRepair({ added, isRepaired }: TrialResult): readonly string[] {
  if (added.length === 0) {
    return [];
  }
  const result = isRepaired ? 'the image behaves as before' : 'the image still behaves differently';
  return [
    `With ${formatCount(added.length, 'added file')}, ${result}:`,
    ...cutLines(added).map((path) => `  ${path}`),
  ];
}
