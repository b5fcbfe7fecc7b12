import { join } from 'node:path';
import { assess } from '../../assess/assess.ts';
import { assessComparison } from '../../assess/assess-comparison.ts';
import type { Ports } from '../../assess/ports.ts';
import { present } from '../../foundation/core/assert.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import { EXIT_STATUS, type ExitStatus } from '../../foundation/core/error.ts';
import type { Finding, Findings } from '../../foundation/core/finding.ts';
import type { FormatLoader, Report } from '../../foundation/core/format.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { SILENT } from '../../foundation/core/progress.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { fitLines } from '../../foundation/present/fitted-lines.ts';
import { differenceFormats } from '../../report/format/comparison/registry.generated.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import { explainFindings } from '../../vulnerability/explain/explain-finding.ts';
import { formatFinding } from '../../vulnerability/explain/explanation-text.ts';
import { planUpdates } from '../../vulnerability/match/plan-updates.ts';
import type { Command, Context } from '../command.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { type ChosenFormat, chooseOutputs } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { createReportFrame, getOutputFileOptions } from '../report-run.ts';
import { createPorts } from '../request.ts';
import {
  BASE,
  BASE_FEEDS,
  buildSampleDatabase,
  findExamplesDirectory,
  SAMPLE,
  SAMPLE_FEEDS,
  SAMPLE_TIME,
  type SampleFeed,
  SMALL_BASE,
} from '../sample-data.ts';
import { createTableOptions } from '../terminal.ts';

/**
 * Shows on samples, without a network, what the main commands print. Long results are shortened, so
 * that all of it fits on one screen.
 */
export const demo: Command = { run };

/** A finding of the small image that has a comparison of versions. */
const EXPLAINED = { id: 'CVE-2024-9143', package: 'libssl3' };

/** The samples stay as they are, so their age does not count. */
const MAX_AGE_DAYS = 0;
const AGE_OPTION = `--db-max-age ${MAX_AGE_DAYS}`;

async function run(context: Context): Promise<ExitStatus> {
  const demonstration = await createDemonstration(context);
  context.print(
    '# Sample data: advisories of February 2025, base images of November 2025, an image of 2022\n',
  );
  const base = await requestDatabase('base-db', BASE_FEEDS, demonstration);
  await showComparison(demonstration, base);
  await showFindings(demonstration, base);
  await showSbom(demonstration);
  context.notify('Next, scan your own image:  plimsoll scan image.tar');
  return EXIT_STATUS.fine;
}

interface Demonstration {
  readonly context: Context;
  /** The directory with all samples. */
  readonly examples: string;
  /** A directory for databases and documents. */
  readonly folder: string;
  readonly ports: Ports;
}

async function createDemonstration(context: Context): Promise<Demonstration> {
  const ports = {
    ...createPorts(context),
    now: SAMPLE_TIME,
    progress: SILENT,
    notify: () => undefined,
  };
  const folder = createTemporaryDirectory(context.resources);
  return { context, examples: findExamplesDirectory(), folder, ports };
}

/** A request that only names a database. */
interface DatabaseOnly {
  readonly database: { readonly folder: string; readonly maxAgeDays: number };
}

/** Builds a database of these documents, and returns the request that uses it. */
async function requestDatabase(
  name: string,
  feeds: readonly SampleFeed[],
  { folder }: Demonstration,
): Promise<DatabaseOnly> {
  await buildSampleDatabase(feeds, join(folder, name));
  return { database: { folder: join(folder, name), maxAgeDays: MAX_AGE_DAYS } };
}

/** Number of lines shown of each result. The first lines are the most important. */
const COMPARISON_LINES = 7;
const ROW_LINES = 5;
const SUMMARY_LINES = 1;
const REASON_LINES = 9;

async function showComparison(
  { context, examples, ports }: Demonstration,
  request: DatabaseOnly,
): Promise<void> {
  const folder = join(examples, 'base-images');
  const targets = [join(folder, BASE), join(folder, SMALL_BASE)] as const;
  const { comparison } = await assessComparison(targets, request, ports);
  const table = await loadFormat('table', differenceFormats);
  const report = {
    ...createReportFrame(context),
    comparison,
    page: { minutesPerFinding: 15 },
  };
  const look = createTableOptions(context.terminal);
  const text = collect((sink) => table.write(report, sink, look));
  printStep(
    context,
    `compare ${BASE} ${SMALL_BASE} ${AGE_OPTION}`,
    takeLines(text, COMPARISON_LINES),
  );
}

/** Shows the findings of one base image, and the reasons for one of the other. */
async function showFindings(
  { context, examples, ports }: Demonstration,
  request: DatabaseOnly,
): Promise<void> {
  const folder = join(examples, 'base-images');
  const { inventory, findings } = await assess(join(folder, BASE), request, ports);
  const table = await loadFormat('table', formatLoaders);
  const report = createScanReport({ inventory, findings }, context);
  const look = { ...createTableOptions(context.terminal), isParity: false };
  const scan = collect((sink) => table.write(report, sink, look));
  printStep(context, `scan ${BASE} ${AGE_OPTION}`, shortenScan(scan));
  const small = await assess(join(folder, SMALL_BASE), request, ports);
  const explained = explainFindings(EXPLAINED, small.inventory, small.findings);
  const columns = context.terminal.resultColumns;
  const reasons = fitLines(explained.flatMap(formatFinding).join('\n'), columns);
  printStep(
    context,
    `why ${SMALL_BASE} ${EXPLAINED.id} ${EXPLAINED.package} ${AGE_OPTION}`,
    takeLines(reasons, REASON_LINES),
  );
}

function createScanReport(
  { inventory, findings }: { readonly inventory: Inventory; readonly findings: Findings },
  context: Context,
): Report {
  const updates = planUpdates(inventory.packages, findings.findings);
  return {
    ...createReportFrame(context),
    ...createAssessment({ inventory, findings }),
    updates,
  };
}

/** Compares the findings of an image with those of its SBOM. */
async function showSbom(demonstration: Demonstration): Promise<void> {
  const { context, examples, folder, ports } = demonstration;
  const request = await requestDatabase('sample-db', SAMPLE_FEEDS, demonstration);
  const image = await assess(join(examples, SAMPLE), request, ports);
  const cyclonedx = await loadFormat('cyclonedx-json', formatLoaders);
  const document = join(folder, 'sample.cdx.json');
  writeTextFile(document, getOutputFileOptions(context), (sink) =>
    cyclonedx.write(createScanReport(image, context), sink, {
      ...createTableOptions(context.terminal),
      isParity: false,
    }),
  );
  const again = await assess(document, request, ports);
  const known = new Set(image.findings.findings.map(formatName));
  const fromSbom = again.findings.findings;
  const same = fromSbom.filter((finding) => known.has(formatName(finding))).length;
  const total = formatCount(known.size, 'finding');
  printStep(
    context,
    `sbom ${SAMPLE} -o cyclonedx-json=sample.cdx.json\n$ plimsoll scan sample.cdx.json ${AGE_OPTION}`,
    `${total} in the image, ${fromSbom.length} from its SBOM: ${same} are the same.`,
  );
}

async function loadFormat<Kind extends ChosenFormat>(
  id: string,
  loaders: readonly FormatLoader<Kind>[],
): Promise<Kind> {
  const needs = { command: 'demo', carries: ['findings'], defaultFormat: id } as const;
  const [output] = await chooseOutputs([], loaders, needs);
  return present(output, `the format ${id}`).format;
}

function printStep({ print }: Context, command: string, text: string): void {
  print(`$ plimsoll ${command}\n${text}\n\n`);
}

/** Shows the first rows of the table of findings, and the beginning of its summary. */
function shortenScan(text: string): string {
  const end = text.indexOf('\n\n');
  const rows = takeLines(text.slice(0, end), ROW_LINES);
  return `${rows}\n${takeLines(text.slice(end).trimStart(), SUMMARY_LINES)}`;
}

function takeLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n');
  return [...lines.slice(0, count), ...(lines.length > count ? ['…'] : [])].join('\n');
}

function collect(write: (sink: Sink) => void): string {
  let text = '';
  write({ write: (piece) => void (text += piece) });
  return text;
}

/** The key of a package in an SBOM is the key of the same package in the image. */
function formatName({ id, packageKey }: Finding): string {
  return `${id} ${packageKey}`;
}
