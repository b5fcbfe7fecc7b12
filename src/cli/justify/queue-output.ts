import { formatEntries } from '../../compliance/justify/file/write-entries.ts';
import { UserError } from '../../foundation/core/error.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import type { Justification, JustificationSummary } from '../../foundation/core/justification.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import { fitLines } from '../../foundation/present/fitted-lines.ts';
import { listJustificationNotes } from '../../foundation/present/justification-text.ts';
import { type TextColumn, writeTextTable } from '../../foundation/present/text-table.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Context } from '../command.ts';
import { listFlagOutputs } from '../flag-format.ts';
import { writeTextFile } from '../output-file.ts';
import { announceFile, getOutputFileOptions } from '../report-run.ts';
import { createTableOptions } from '../terminal.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;

/** One output of a queue. */
export interface QueueOutput {
  readonly format: (typeof FORMATS)[number];
  readonly file: string | undefined;
}

/** @throws UserError `E_FORMAT` */
export function chooseQueueOutputs(context: Context): readonly QueueOutput[] {
  const texts = listFlagOutputs(context);
  return (texts.length === 0 ? ['table'] : texts).map((text) => {
    const [word = '', ...rest] = text.split('=');
    const format = FORMATS.find((one) => one === word);
    if (format === undefined) {
      throw new UserError('E_FORMAT', `unsupported format "${word}" for "plimsoll justify"`, {
        hint: suggestWord(word, FORMATS),
      });
    }
    return { format, file: rest.length === 0 ? undefined : rest.join('=') };
  });
}

/** The content of the outputs. */
export interface QueueReport {
  readonly target: string;
  readonly summary: JustificationSummary;
  readonly queue: readonly Justification[];
}

/** Writes files first: standard output is often a pipe to a program that expects them. */
export function writeQueueOutputs(
  report: QueueReport,
  outputs: readonly QueueOutput[],
  context: Context,
): void {
  for (const { format, file } of outputs) {
    if (file !== undefined) {
      const text = formatQueue(report, format, context, false);
      writeTextFile(file, getOutputFileOptions(context), (sink) => sink.write(text));
      announceFile(file, context);
    }
  }
  for (const { format, file } of outputs) {
    if (file === undefined) {
      context.print(formatQueue(report, format, context, true));
    }
  }
}

function formatQueue(
  { target, summary, queue }: QueueReport,
  format: QueueOutput['format'],
  context: Context,
  isScreen: boolean,
): string {
  if (format === 'yaml') {
    return formatEntries(queue);
  }
  if (format === 'json') {
    const entries = queue.map(toRecord);
    return `${formatJson({ target, summary, entries }, 1)}\n`;
  }
  const parts: string[] = [];
  const sink = new BufferedSink((text) => parts.push(text));
  if (queue.length > 0) {
    const options = isScreen ? createTableOptions(context.terminal) : { isColoured: false };
    writeTextTable(sink, { columns: COLUMNS, rows: queue }, options);
    sink.write('\n');
  }
  const notes = listJustificationNotes(summary).map((line) => `${escapeText(line)}\n`);
  sink.write(fitLines(notes.join(''), isScreen ? context.terminal.resultColumns : undefined));
  sink.flush();
  return parts.join('');
}

/** Returns an entry for programs. */
function toRecord({ evidence, covers, source, ...entry }: Justification): object {
  return {
    ...entry,
    ...(source === '' ? {} : { source }),
    evidence: Object.fromEntries(evidence),
    covers: covers.map((one) => ({ ...one, evidence: Object.fromEntries(one.evidence) })),
  };
}

/** A requirement for every difference or finding is not repeated in each row. */
function listRuleNames(requiredBy: string): string {
  return requiredBy.startsWith('rule ') ? requiredBy.replaceAll('rule ', '') : '';
}

function describeProposal({ proposed = '', returned }: Justification): string {
  return returned === undefined ? proposed : `returned: ${returned}`;
}

const COLUMNS: readonly TextColumn<Justification>[] = [
  { title: 'SEVERITY', cell: ({ severity = '' }) => severity },
  { title: 'CHANGE', cell: ({ change }) => change },
  { title: 'SUBJECT', canShrink: true, wraps: true, cell: ({ subject }) => subject },
  { title: 'RULES', canShrink: true, cell: ({ requiredBy }) => listRuleNames(requiredBy) },
  { title: 'PROPOSAL', canShrink: true, cell: describeProposal },
];
