import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildDatabase } from '../../advisory/build-database.ts';
import { assess } from '../../assess/assess.ts';
import { assessComparison } from '../../assess/assess-comparison.ts';
import type { Ports } from '../../assess/ports.ts';
import { assert, present } from '../../core/assert.ts';
import { createAssessment } from '../../core/assessment.ts';
import { EXIT_STATUS, type ExitStatus } from '../../core/error.ts';
import type { Finding, Findings } from '../../core/finding.ts';
import type { FormatLoader } from '../../core/format.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { SILENT } from '../../core/progress.ts';
import { formatCount } from '../../core/screen-text.ts';
import type { Sink } from '../../core/sink.ts';
import { explainFindings } from '../../explain/explain-finding.ts';
import { formatFinding } from '../../explain/explanation-text.ts';
import { planUpdates } from '../../match/plan-updates.ts';
import { formatLoaders } from '../../output/format-loaders.ts';
import { fitLines } from '../../present/fitted-lines.ts';
import { differenceFormats } from '../../report/comparison/registry.generated.ts';
import type { Command, Context } from '../command.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { type ChosenFormat, chooseOutputs } from '../output.ts';
import { writeTextFile } from '../output-file.ts';
import { createReportFrame, getOutputFileOptions } from '../report-run.ts';
import { createPorts } from '../request.ts';
import { createTableOptions } from '../terminal.ts';

/**
 * Shows on two sample images, without a network, what the main commands print. Long results are
 * shortened, so that all of it fits on one screen.
 */
export const demo: Command = { run };

/** Documents in `examples/advisories`, with the provider that reads them. */
const ADVISORIES = [
  { provider: 'debian-tracker', document: 'debian-tracker.json' },
  { provider: 'alpine-secdb', document: 'alpine-secdb-3.10.json' },
  { provider: 'osv', document: 'osv-npm.json' },
  { provider: 'osv', document: 'severities.osv.json' },
] as const;

const SAMPLE = 'sample.oci.tar';
const SMALL_SAMPLE = 'sample-alpine.oci.tar';

/** A finding of the sample that has every kind of reason. */
const EXPLAINED = { id: 'CVE-2023-0286', package: 'libssl1.1' };

/** Time at which the advisories were collected, so that the demo prints the same on any day. */
const COLLECTED_AT = '2023-02-08T00:00:00Z';

async function run(context: Context): Promise<ExitStatus> {
  const examples = findExamplesDirectory();
  const folder = createTemporaryDirectory(context.resources);
  const request = { database: { folder: join(folder, 'db') } };
  await buildSampleDatabase(examples, request.database.folder);
  const ports: Ports = {
    ...createPorts(context),
    now: COLLECTED_AT,
    progress: SILENT,
    notify: () => undefined,
  };
  const table = await loadFormat('table', formatLoaders);
  const cyclonedx = await loadFormat('cyclonedx-json', formatLoaders);
  const comparisonTable = await loadFormat('table', differenceFormats);
  const frame = createReportFrame(context);
  const look = createTableOptions(context.terminal);
  const columns = context.terminal.resultColumns;
  const sample = join(examples, SAMPLE);
  const { inventory, findings } = await assess(sample, request, ports);
  const updates = planUpdates(inventory.packages, findings.findings);
  const report = { ...frame, ...createAssessment({ inventory, findings }), updates };
  const options = { ...look, isParity: false };
  const scan = collect((sink) => table.write(report, sink, options));
  printStep(context, `scan ${SAMPLE}`, shortenScan(scan));
  const document = join(folder, 'sample.cdx.json');
  writeTextFile(document, getOutputFileOptions(context), (sink) =>
    cyclonedx.write(report, sink, options),
  );
  const again = await assess(document, request, ports);
  printSbom(findings, again.findings, context);
  const explained = explainFindings(EXPLAINED, inventory, findings);
  const reasons = fitLines(explained.flatMap(formatFinding).join('\n'), columns);
  printStep(
    context,
    `why ${SAMPLE} ${EXPLAINED.id} ${EXPLAINED.package}`,
    takeLines(reasons, REASON_LINES),
  );
  const { comparison } = await assessComparison(
    [sample, join(examples, SMALL_SAMPLE)],
    request,
    ports,
  );
  const compared = collect((sink) =>
    comparisonTable.write({ ...frame, comparison, page: { minutesPerFinding: 15 } }, sink, look),
  );
  printStep(context, `compare ${SAMPLE} ${SMALL_SAMPLE}`, takeLines(compared, COMPARISON_LINES));
  context.notify('Next, scan your own image:  plimsoll scan image.tar');
  return EXIT_STATUS.fine;
}

/** Number of lines shown of each result. The first lines are the most important. */
const ROW_LINES = 5;
const SUMMARY_LINES = 2;
const REASON_LINES = 10;
const COMPARISON_LINES = 7;

async function loadFormat<Kind extends ChosenFormat>(
  id: string,
  loaders: readonly FormatLoader<Kind>[],
): Promise<Kind> {
  const needs = { command: 'demo', carries: ['findings'], defaultFormat: id } as const;
  const [output] = await chooseOutputs([], loaders, needs);
  return present(output, `the format ${id}`).format;
}

async function buildSampleDatabase(examples: string, folder: string): Promise<void> {
  const inputs = ADVISORIES.map(({ provider, document }) => ({
    provider,
    file: join(examples, 'advisories', document),
  }));
  const options = { progress: SILENT, limits: DEFAULT_LIMITS, now: COLLECTED_AT };
  await buildDatabase(inputs, folder, options);
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

/** Compares the findings of an image with those of its SBOM. */
function printSbom(image: Findings, sbom: Findings, context: Context): void {
  const known = new Set(image.findings.map(formatName));
  const same = sbom.findings.filter((finding) => known.has(formatName(finding))).length;
  const total = formatCount(image.findings.length, 'finding');
  printStep(
    context,
    `sbom ${SAMPLE} -o cyclonedx-json=sample.cdx.json\n$ plimsoll scan sample.cdx.json`,
    `${total} in the image, ${sbom.findings.length} from its SBOM: ${same} are the same.`,
  );
}

/** The key of a package in an SBOM is the key of the same package in the image. */
function formatName({ id, packageKey }: Finding): string {
  return `${id} ${packageKey}`;
}

const PARENTS_MAX = 5;

/** Returns the directory `examples` of this package, from sources as well as from a bundle. */
function findExamplesDirectory(): string {
  let folder = import.meta.dirname;
  for (let level = 0; level < PARENTS_MAX; level += 1) {
    const examples = join(folder, 'examples');
    if (existsSync(join(examples, SAMPLE))) {
      return examples;
    }
    folder = dirname(folder);
  }
  assert(false, `the folder "examples" of this package, with ${SAMPLE}`);
}
