import { shapingOptions } from '../config/shaping-options.ts';
import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import {
  type FormatOptions,
  type Report,
  SORT_CRITERIA,
  type TemplateOptions,
} from '../core/format.ts';
import type { Inventory } from '../core/inventory.ts';
import { VERSION } from '../core/package-version.ts';
import { formatCount } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';
import { BufferedSink } from './buffered-sink.ts';
import type { Context } from './command.ts';
import type { Output } from './output.ts';
import { type OutputFileOptions, writeTextFile } from './output-file.ts';
import { sendingRunOf } from './sending-run.ts';
import { readTemplate } from './template-file.ts';
import { tableOptionsOf } from './terminal.ts';

/** The one argument of a command that reads a target. */
export function targetOf(context: Context, command: string): string {
  const [target] = context.positionals;
  if (target === undefined || target === '') {
    throw new UserError('E_USAGE', 'missing target', {
      hint: `name one, for example: plimsoll ${command} alpine.tar`,
    });
  }
  return target;
}

/** What every report of this run says beside its findings. */
export function reportFrame(
  context: Context,
): Pick<Report, 'tool' | 'configuration' | 'timestamp'> {
  return {
    tool: { name: 'plimsoll', version: VERSION },
    configuration: { ...shapingOptions(context.resolved), ...describeFile(context) },
    ...defined({ timestamp: context.reportTimestamp }),
  };
}

/** A configuration file that is not the user's own is part of what made the report. */
export function describeFile({ configurationFiles }: Context): Readonly<Record<string, unknown>> {
  const file = configurationFiles.find(({ place }) => place !== 'home');
  return file === undefined
    ? {}
    : { config: { path: file.path, sha256: file.sha256, isNamed: file.place === 'named' } };
}

/**
 * Writes a report to every place. Files come first: standard output is often a pipe to a program
 * that expects them to be there when it has read its end.
 *
 * @throws UserError `E_NOTHING_STATED` after all else is written, where a format has no document
 */
export function writeOutputs(report: Report, outputs: readonly Output[], context: Context): void {
  context.resources.dispose();
  const templated = templateFor(outputs, context);
  const refused = outputs.filter(({ format }) => format.findRefusal?.(report) !== undefined);
  for (const output of filesFirst(outputs.filter((each) => !refused.includes(each)))) {
    writeOutput(output, context, (sink) => {
      output.format.write(report, sink, { ...formatOptions(output, context), ...templated });
    });
  }
  refuse(refused, report);
}

/**
 * What is not valid is not written, not even where a file is expected: an empty one, or that of an
 * earlier run, would be taken for an answer.
 */
function refuse([first]: readonly Output[], report: Report): void {
  if (first !== undefined) {
    const { format, file } = first;
    const place = file === undefined ? format.id : `${format.id}=${file}`;
    const reason = format.findRefusal?.(report) ?? '';
    throw new UserError('E_NOTHING_STATED', `${place} was not written: ${reason}`, {
      hint: 'add decisions with --vex, --ignore-file or --derive, or use cyclonedx-vex, which can be empty',
    });
  }
}

function filesFirst(outputs: readonly Output[]): readonly Output[] {
  const isFile = ({ file }: Output): boolean => file !== undefined;
  return [...outputs.filter(isFile), ...outputs.filter((output) => !isFile(output))];
}

function writeOutput({ file }: Output, context: Context, fill: (sink: Sink) => void): void {
  if (file !== undefined) {
    writeTextFile(file, outputFileOptions(context), fill);
    return;
  }
  const sink = new BufferedSink((text) => context.print(text));
  fill(sink);
  sink.flush();
}

export function outputFileOptions({ resolved: { values } }: Context): OutputFileOptions {
  return { isPrivate: values.privateOutput };
}

/** Colours and widths are for a person at a terminal. */
function formatOptions(
  { file, format, version }: Output,
  { environment, terminal, resolved: { values } }: Context,
): FormatOptions {
  const { all: isAll, parity: isParity, showSuppressed, sortBy } = values;
  const run = format.namesRun ? sendingRunOf(environment) : undefined;
  return {
    ...defined({ run }),
    ...(file === undefined ? tableOptionsOf(terminal) : { isColoured: false }),
    ...defined({ version }),
    isParity,
    isAll,
    isSuppressedShown: showSuppressed,
    sortBy: SORT_CRITERIA.find((word) => word === sortBy) ?? 'risk',
  };
}

/** The template, if an output takes one. */
function templateFor(
  outputs: readonly Output[],
  { resolved: { values } }: Context,
): { readonly template?: TemplateOptions } {
  const { limits, template: path } = values;
  if (!outputs.some(({ format }) => format.takesTemplate) || path === undefined) {
    return {};
  }
  return { template: { text: readTemplate(path, limits), limits } };
}

/** Whether a person reads the result itself, which then says what is missing. */
export function isReadByPerson(outputs: readonly Output[], context: Context): boolean {
  const { parity } = context.resolved.values;
  return !parity && outputs.some(({ file, format }) => file === undefined && format.isForTerminal);
}

const PROBLEMS_TOLD_MAX = 20;

/** Says that an inventory is partial, where the result does not; with `-v` also where. */
export function tellProblems(
  inventory: Pick<Inventory, 'problems' | 'problemsNotListed'>,
  outputs: readonly Output[],
  context: Context,
): void {
  const count = inventory.problems.length + inventory.problemsNotListed;
  const { verbose } = context.resolved.values;
  if (count === 0) {
    return;
  }
  if (!isReadByPerson(outputs, context)) {
    const where = verbose ? '' : ' (-v lists them)';
    context.tell(`warning: the inventory is incomplete: ${formatCount(count, 'problem')}${where}`);
  }
  if (verbose) {
    for (const { code, message, path } of inventory.problems.slice(0, PROBLEMS_TOLD_MAX)) {
      context.tell(`  ${code} ${path ?? ''}: ${message}`);
    }
    if (count > PROBLEMS_TOLD_MAX) {
      context.tell(`  and ${count - PROBLEMS_TOLD_MAX} more (see -o json)`);
    }
  }
}
