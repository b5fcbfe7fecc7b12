import { queueTarget } from '../../assess/justify-target.ts';
import {
  type CarriedEntry,
  type CarriedQueue,
  carryEntries,
} from '../../compliance/justify/carry-entries.ts';
import { readJustifications } from '../../compliance/justify/file/read-entries.ts';
import { formatEntries } from '../../compliance/justify/file/write-entries.ts';
import type { JustificationItem } from '../../compliance/justify/item.ts';
import { listCovered } from '../../compliance/justify/judge-entries.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import type { Justification } from '../../foundation/core/justification.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { type TextColumn, writeTextTable } from '../../foundation/present/text-table.ts';
import { BufferedSink } from '../buffered-sink.ts';
import type { Context } from '../command.ts';
import { readNamedJustifications } from '../justification-files.ts';
import { writeTextFile } from '../output-file.ts';
import { createPolicyRequest, readAttestationTrust } from '../policy-request.ts';
import { announceFile, getOutputFileOptions } from '../report-run.ts';
import { createPorts, createRequest } from '../request.ts';
import { createTableOptions } from '../terminal.ts';
import { chooseQueueOutputs } from './queue-output.ts';

/** Carries signatures to the next build, and returns the others for review with the reasons. */
export async function carrySignatures(context: Context): Promise<ExitStatus> {
  const [, old, next] = context.positionals;
  if (old === undefined || next === undefined) {
    throw new UserError('E_USAGE', '"plimsoll justify carry" needs OLD and NEW', {
      hint: 'for example: plimsoll justify carry justifications app-2.tar -o yaml=app-2.yaml',
    });
  }
  const outputs = chooseQueueOutputs(context);
  const entries = readJustifications(readNamedJustifications(old));
  const { items, queue } = await readNext(next, context);
  const result = carryEntries(entries, items, queue, context.now);
  for (const { format, file } of outputs.filter((one) => one.file !== undefined)) {
    const text = formatCarried(result, format, context);
    writeTextFile(file ?? '', getOutputFileOptions(context), (sink) => sink.write(text));
    announceFile(file ?? '', context);
  }
  for (const { format } of outputs.filter((one) => one.file === undefined)) {
    context.print(formatCarried(result, format, context));
  }
  const count = (state: CarriedEntry['state']): number =>
    result.carried.filter((one) => one.state === state).length;
  context.notify(
    `${formatCount(entries.length, 'entry', 'entries')}: ${count('carried')} carried, ${count('returned')} returned, ${count('gone')} gone, ${count('unsigned')} unsigned`,
  );
  return EXIT_STATUS.fine;
}

interface NextBuild {
  readonly items: readonly JustificationItem[];
  readonly queue: readonly Justification[];
}

/** A file of a queue lists only the items that were left to justify; a target has all. */
async function readNext(next: string, context: Context): Promise<NextBuild> {
  if (/\.ya?ml$/.test(next)) {
    const queue = readJustifications(readNamedJustifications(next));
    return { queue, items: queue.flatMap(toItems) };
  }
  const request = await createRequest(context);
  const decisions = { ...request.decisions, justificationFiles: [] };
  const policy = { ...createPolicyRequest(context), ...(await readAttestationTrust(context)) };
  const { justified, queue } = await queueTarget(
    next,
    policy,
    { ...request, decisions },
    createPorts(context),
  );
  return { items: justified.items, queue };
}

function toItems(entry: Justification): readonly JustificationItem[] {
  const { kind, change } = entry;
  return listCovered(entry).map((one) => ({ ...one, kind, change, count: 1, subjectKeys: [] }));
}

function formatCarried(
  { carried, queue }: CarriedQueue,
  format: 'table' | 'json' | 'yaml',
  { terminal }: Context,
): string {
  if (format === 'yaml') {
    return formatEntries(queue);
  }
  if (format === 'json') {
    return `${formatJson({ entries: carried }, 1)}\n`;
  }
  const parts: string[] = [];
  const sink = new BufferedSink((text) => parts.push(text));
  writeTextTable(sink, { columns: COLUMNS, rows: carried }, createTableOptions(terminal));
  sink.flush();
  return parts.join('');
}

const COLUMNS: readonly TextColumn<CarriedEntry>[] = [
  { title: 'RESULT', cell: ({ state }) => state },
  { title: 'SUBJECT', canShrink: true, wraps: true, cell: ({ subject }) => subject },
  { title: 'REASON', canShrink: true, wraps: true, cell: ({ reasons }) => reasons.join('; ') },
];
