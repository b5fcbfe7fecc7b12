import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHIVE_INDEX_FILE } from '../advisory/archive-index-file.ts';
import { parseDigestAlgorithms } from '../assemble/file-digests.ts';
import { readForReport, readInventory } from '../assess/read-inventory.ts';
import type {
  CacheOptions,
  FileOptions,
  ReadForReport,
  ScanOptions,
} from '../assess/scan-options.ts';
import { type Options, shapingOptions } from '../config/option.ts';
import { COMMAND_NAMES } from '../config/option-table.data.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../core/error.ts';
import {
  type FormatOptions,
  type Report,
  SORT_CRITERIA,
  type TemplateOptions,
} from '../core/format.ts';
import type { Inventory } from '../core/inventory.ts';
import type { KeptReport, ReportKeeper } from '../core/kept-report.ts';
import type { Limits } from '../core/limits.ts';
import { nearestOf } from '../core/option-suggestion.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import { countOf } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';
import type { NetworkOptions } from '../core/target.ts';
import { BufferedSink } from './buffered-sink.ts';
import { buildIdentity } from './build-identity.ts';
import type { Context } from './command.ts';
import { createTemporaryFolder, databaseFolder, factCacheFolder } from './folders.ts';
import type { Output } from './output.ts';
import { type OutputFileOptions, writeTextFile } from './output-file.ts';
import { VERSION } from './package-version.ts';
import { sendingRunOf } from './sending-run.ts';
import { readTemplate } from './template-file.ts';
import { tableOptionsOf } from './terminal.ts';

/** The one argument of a command that reads a target. */
export function targetOf(context: Context, command: string): string {
  const [target] = context.positionals;
  if (target === undefined || target === '') {
    throw new UserError('E_USAGE', 'no target was given', {
      hint: `for example: plimsoll ${command} alpine.tar`,
    });
  }
  return target;
}

/** Reads a target as the options want it. */
export async function inventoryOf(
  target: string,
  context: Context,
  more: Pick<ScanOptions, 'isReachAsked' | 'isSurfaceAsked' | 'files' | 'vexFrom' | 'onVex'> = {},
): Promise<Inventory> {
  try {
    const inventory = await readInventory(target, { ...(await scanOptionsOf(context)), ...more });
    return withTargetWords(inventory, context.resolved.values);
  } catch (error) {
    throw withCommandHint(error, target);
  }
}

/** As {@link inventoryOf}, where the only thing to be made of it is one report. */
export async function reportedOf(
  target: string,
  wish: string,
  context: Context,
): Promise<ReadForReport> {
  try {
    const read = await readForReport(target, wish, await scanOptionsOf(context));
    return 'report' in read
      ? read
      : { ...read, inventory: withTargetWords(read.inventory, context.resolved.values) };
  } catch (error) {
    throw withCommandHint(error, target);
  }
}

/** How the options want a target to be read. */
export async function scanOptionsOf(context: Context): Promise<ScanOptions> {
  const { values } = context.resolved;
  const { platform, from, name, sbomFrom, scope, limits, maxMemory } = values;
  return {
    ...(platform === undefined ? {} : { platform }),
    ...(from === undefined ? {} : { from }),
    ...(name === undefined ? {} : { name }),
    isAttachedSbom: sbomFrom === 'referrers',
    network: networkOf(values),
    temporaryFolder: () => createTemporaryFolder(context.resources),
    limits: withLicenseTexts(limits, values.licenseContent),
    ...(maxMemory === 0 ? {} : { memoryBytesMax: maxMemory }),
    scope,
    catalogers: values,
    files: filesOf(values),
    isReachAsked: values.reach || values.sortBy === 'reach',
    isSurfaceAsked: values.surface,
    ...cacheOf(context),
    ...(await archivesOf(context)),
    progress: context.progress,
  };
}

/** A limit of its own that the user has set counts for more. */
function withLicenseTexts(limits: Limits, content: Options['licenseContent']): Limits {
  const { licenseFileBytesMax, knownLicenseTextBytesMax, unknownLicenseTextBytesMax } = limits;
  return {
    ...limits,
    knownLicenseTextBytesMax: content === 'all' ? licenseFileBytesMax : knownLicenseTextBytesMax,
    unknownLicenseTextBytesMax:
      content === 'none' ? unknownLicenseTextBytesMax : licenseFileBytesMax,
  };
}

/** Says of the target what the user said of it. */
function withTargetWords(
  inventory: Inventory,
  { targetVersion, targetSupplier }: Options,
): Inventory {
  const words = {
    ...(targetVersion === undefined ? {} : { version: targetVersion }),
    ...(targetSupplier === undefined ? {} : { supplier: targetSupplier }),
  };
  return { ...inventory, target: { ...inventory.target, ...words } };
}

export function filesOf(options: Options): FileOptions {
  const { fileSelection, fileDigests, exclude, oneFileSystem } = options;
  return {
    selection: fileSelection,
    exclude,
    isOneFileSystem: oneFileSystem,
    ...(fileDigests.length === 0 ? {} : { digests: parseDigestAlgorithms(fileDigests) }),
  };
}

/** Run from its sources, the program changes without notice: then nothing is kept. */
function cacheOf({ resolved: { values }, environment }: Context): {
  readonly cache?: CacheOptions;
} {
  const build = values.cache ? buildIdentity() : undefined;
  const folder = factCacheFolder(values, environment);
  return build === undefined ? {} : { cache: { folder, build, isRenewed: values.verify } };
}

/** The optional index of Java archives, where the user has imported one. */
async function archivesOf({ resolved: { values }, environment, resources }: Context): Promise<{
  readonly publishedArchives?: PublishedArchives;
}> {
  const folder = databaseFolder(values, environment);
  if (!existsSync(join(folder, ARCHIVE_INDEX_FILE))) {
    return {};
  }
  const { openArchiveIndex } = await import('../advisory/archive-index.ts');
  const index = openArchiveIndex(folder);
  return index === undefined ? {} : { publishedArchives: resources.use(index) };
}

export function networkOf(options: Options): NetworkOptions {
  const { caFile } = options;
  return {
    isOffline: options.offline,
    isTlsUnchecked: options.insecureSkipTlsVerify,
    isPlainHttpAllowed: options.insecureUseHttp,
    registryMirrors: options.registryMirror,
    ...(caFile === undefined ? {} : { certificateFile: caFile }),
  };
}

/** A mistyped command is taken for a target; then the hint names the command, too. */
function withCommandHint(error: unknown, target: string): unknown {
  const isUnreachable = error instanceof UserError && error.status === EXIT_STATUS.unreachable;
  const command = nearestOf(target, COMMAND_NAMES);
  if (!isUnreachable || command === undefined) {
    return error;
  }
  const hint = `did you mean the command "${command}"? ${error.hint ?? ''}`.trim();
  return new UserError(error.code, error.message, { hint, cause: error.cause });
}

/** What every report of this run says beside its findings. */
export function reportFrame(
  context: Context,
): Pick<Report, 'tool' | 'configuration' | 'timestamp'> {
  return {
    tool: { name: 'plimsoll', version: VERSION },
    configuration: shapingOptions(context.resolved),
    ...(context.reportTimestamp === undefined ? {} : { timestamp: context.reportTimestamp }),
  };
}

/**
 * Writes a report to every place. Files come first: standard output is often a pipe to a program
 * that expects them to be there when it has read its end.
 *
 * @throws UserError `E_NOTHING_STATED` after all else is written, where a format has no document
 */
export function writeOutputs(
  report: Report,
  outputs: readonly Output[],
  context: Context,
  keeper?: ReportKeeper,
): void {
  context.resources.dispose();
  const templated = templateFor(outputs, context);
  const refused = outputs.filter(({ format }) => format.refusal?.(report) !== undefined);
  for (const output of filesFirst(outputs.filter((each) => !refused.includes(each)))) {
    writeOutput(output, context, (sink) => {
      const kept = keeper === undefined ? undefined : new BufferedSink((text) => keeper.add(text));
      const both = kept === undefined ? sink : sinkOfBoth(sink, kept);
      output.format.write(report, both, { ...formatOptions(output, context), ...templated });
      kept?.flush();
    });
  }
  keeper?.finish();
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
    const reason = format.refusal?.(report) ?? '';
    throw new UserError('E_NOTHING_STATED', `${place} was not written: ${reason}`, {
      hint: 'decide with --vex, --ignore-file or --derive; cyclonedx-vex can be empty',
    });
  }
}

/** Writes a report that an earlier run made. */
export function writeKept(report: KeptReport, output: Output, context: Context): void {
  context.resources.dispose();
  if (output.file === undefined) {
    for (const piece of report.pieces) {
      context.print(piece);
    }
    return;
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  writeOutput(output, context, (sink) => {
    for (const piece of report.pieces) {
      sink.write(decoder.decode(piece, { stream: true }));
    }
  });
}

/**
 * All that decides on the bytes of the only report besides the inventory. `undefined` where there
 * are several, or where one is made of more than that, as by a template.
 */
export function wishOf(outputs: readonly Output[], context: Context): string | undefined {
  const [output, ...others] = outputs;
  const isTemplated = outputs.some(({ format }) => format.takesTemplate);
  if (output === undefined || others.length > 0 || isTemplated) {
    return undefined;
  }
  const { targetVersion, targetSupplier } = context.resolved.values;
  const options = formatOptions(output, context);
  const words = [targetVersion ?? null, targetSupplier ?? null];
  return JSON.stringify([output.format.id, options, reportFrame(context), words]);
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

function sinkOfBoth(one: Sink, other: Sink): Sink {
  return {
    write: (text) => {
      one.write(text);
      other.write(text);
    },
  };
}

/** How a run ends that failed nothing: doubt counts where `--fail-incomplete` asks for it. */
export function statusOfDoubt(isDoubtful: boolean, { resolved: { values } }: Context): ExitStatus {
  return values.failIncomplete && isDoubtful ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}

/** Colours and widths are for a person at a terminal. */
function formatOptions(
  { file, format, version }: Output,
  { environment, terminal, resolved: { values } }: Context,
): FormatOptions {
  const { parity: isParity, showSuppressed, sortBy } = values;
  const run = format.namesRun ? sendingRunOf(environment) : undefined;
  return {
    ...(run === undefined ? {} : { run }),
    ...(file === undefined ? tableOptionsOf(terminal) : { isColoured: false }),
    ...(version === undefined ? {} : { version }),
    isParity,
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
    context.tell(`warning: the inventory is partial: ${countOf(count, 'problem')}${where}`);
  }
  if (verbose) {
    for (const { code, message, path } of inventory.problems.slice(0, PROBLEMS_TOLD_MAX)) {
      context.tell(`  ${code} ${path ?? ''}: ${message}`);
    }
    if (count > PROBLEMS_TOLD_MAX) {
      context.tell(`  and ${count - PROBLEMS_TOLD_MAX} more, which the format json lists`);
    }
  }
}
