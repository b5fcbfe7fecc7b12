import { listShapingOptions } from '../foundation/config/shaping-options.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import {
  type FormatOptions,
  type Report,
  SORT_CRITERIA,
  type TemplateOptions,
} from '../foundation/core/format.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { VERSION } from '../foundation/core/package-version.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import type { Sink } from '../foundation/core/sink.ts';
import { BufferedSink } from './buffered-sink.ts';
import type { Context } from './command.ts';
import type { Output } from './output.ts';
import { isDevice, type OutputFileOptions, writeTextFile } from './output-file.ts';
import { readSendingRun } from './sending-run.ts';
import { readTemplate } from './template-file.ts';
import { createTableOptions } from './terminal.ts';

/** Returns the only argument of a command that reads a target. */
export function getTarget(context: Context, command: string): string {
  const [target] = context.positionals;
  if (target === undefined || target === '') {
    throw new UserError('E_USAGE', 'missing target', {
      hint: `name one, for example: plimsoll ${command} alpine.tar`,
    });
  }
  return target;
}

/** Returns the parts of a report of this run other than the findings. */
export function createReportFrame(
  context: Context,
): Pick<Report, 'tool' | 'configuration' | 'timestamp'> {
  return {
    tool: { name: 'plimsoll', version: VERSION },
    configuration: { ...listShapingOptions(context.resolved), ...describeFile(context) },
    ...defined({ timestamp: context.reportTimestamp }),
  };
}

/** A configuration file that is not the user's own is part of the origin of the report. */
export function describeFile({ configurationFiles }: Context): Readonly<Record<string, unknown>> {
  const file = configurationFiles.find(({ place }) => place !== 'home');
  return file === undefined
    ? {}
    : { config: { path: file.path, sha256: file.sha256, isNamed: file.place === 'named' } };
}

/**
 * Writes a report to every destination. Files come first: standard output is often a pipe to a
 * program that expects them to exist at the end of its input.
 *
 * @throws UserError `E_NOTHING_STATED` after all else is written, if a format has no document
 */
export function writeOutputs(report: Report, outputs: readonly Output[], context: Context): void {
  context.resources.dispose();
  const templated = findTemplate(outputs, context);
  const refused = outputs.filter(({ format }) => format.findRefusal?.(report) !== undefined);
  for (const output of sortFilesFirst(outputs.filter((each) => !refused.includes(each)))) {
    writeOutput(output, context, (sink) => {
      output.format.write(report, sink, { ...createFormatOptions(output, context), ...templated });
    });
  }
  refuseOutput(refused, report);
}

/**
 * Invalid documents are not written, even if a file is expected: an empty file, or that of an
 * earlier run, would be mistaken for a result.
 */
function refuseOutput([first]: readonly Output[], report: Report): void {
  if (first !== undefined) {
    const { format, file } = first;
    const place = file === undefined ? format.id : `${format.id}=${file}`;
    const reason = format.findRefusal?.(report) ?? '';
    throw new UserError('E_NOTHING_STATED', `${place} was not written: ${reason}`, {
      hint: 'add decisions with --vex, --ignore-file or --derive, or use cyclonedx-vex, which can be empty',
    });
  }
}

function sortFilesFirst(outputs: readonly Output[]): readonly Output[] {
  const isFile = ({ file }: Output): boolean => file !== undefined;
  return [...outputs.filter(isFile), ...outputs.filter((output) => !isFile(output))];
}

function writeOutput({ file }: Output, context: Context, fill: (sink: Sink) => void): void {
  if (file !== undefined) {
    writeTextFile(file, getOutputFileOptions(context), fill);
    announceFile(file, context);
    return;
  }
  const sink = new BufferedSink((text) => context.print(text));
  fill(sink);
  sink.flush();
}

/** Reports that a file was written; devices such as `/dev/stdout` are not reported. */
export function announceFile(file: string, context: Context): void {
  if (!isDevice(file)) {
    context.notify(`Report: ${escapeText(file)}`);
  }
}

export function getOutputFileOptions({ resolved: { values } }: Context): OutputFileOptions {
  return { isPrivate: values.privateOutput };
}

/** Colors and widths are for a person at a terminal. */
function createFormatOptions(
  { file, format, version }: Output,
  { environment, terminal, resolved: { values } }: Context,
): FormatOptions {
  const { all: isAll, full: isFull, parity: isParity, showSuppressed, sortBy } = values;
  const run = format.namesRun ? readSendingRun(environment) : undefined;
  return {
    ...defined({ run }),
    ...(file === undefined ? createTableOptions(terminal) : { isColoured: false }),
    ...defined({ version }),
    isParity,
    isAll,
    isFull,
    isSuppressedShown: showSuppressed,
    sortBy: SORT_CRITERIA.find((word) => word === sortBy) ?? 'risk',
  };
}

/** Returns the template, if an output takes one. */
function findTemplate(
  outputs: readonly Output[],
  { resolved: { values } }: Context,
): { readonly template?: TemplateOptions } {
  const { limits, template: path } = values;
  if (!outputs.some(({ format }) => format.takesTemplate) || path === undefined) {
    return {};
  }
  return { template: { text: readTemplate(path, limits), limits } };
}

/** Returns whether a person reads the result itself, which then reports missing parts. */
export function isReadByPerson(outputs: readonly Output[], context: Context): boolean {
  const { parity } = context.resolved.values;
  return !parity && outputs.some(({ file, format }) => file === undefined && format.isForTerminal);
}

const PROBLEMS_SHOWN_MAX = 20;

/**
 * Reports that an inventory is incomplete, unless the result does; with `-v` also the affected
 * paths.
 */
export function reportProblems(
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
    context.notify(
      `warning: the inventory is incomplete: ${formatCount(count, 'problem')}${where}`,
    );
  }
  if (verbose) {
    const shown = inventory.problems.slice(0, PROBLEMS_SHOWN_MAX);
    for (const { code, message, path } of shown) {
      context.notify(`  ${code} ${path ?? ''}: ${message}`);
    }
    if (count > shown.length) {
      context.notify(`  and ${count - shown.length} more (see -o json)`);
    }
  }
}
