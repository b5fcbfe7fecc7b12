import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeLedger } from '../compliance/policy/ledger.ts';
import { ARCHIVE_END, createTarHeader } from '../foundation/bytes/tar/tar-writer.ts';
import { present } from '../foundation/core/assert.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Report } from '../foundation/core/format.ts';
import { formatJson } from '../foundation/core/json-document.ts';
import { makeDirectory } from '../foundation/core/make-directory.ts';
import type { Sink } from '../foundation/core/sink.ts';
import { formatSystemError } from '../foundation/core/system-error.ts';
import { escapeMarkdown } from '../foundation/present/escape-markdown.ts';
import { formatLoaders } from '../report/output/format-loaders.ts';
import type { CheckReport } from './check-report.ts';
import type { Context } from './command.ts';
import { createDrafts, type Draft } from './cra-drafts.ts';
import { writeOutputFile } from './output-file.ts';
import { announceFile, createReportFrame, getOutputFileOptions } from './report-run.ts';

const ARCHIVE = 'technical-file.tar';
const BLOCK_BYTES = 512;

/**
 * Writes drafts of the reports by Article 14 of the Cyber Resilience Act, and the archive for the
 * technical file: SBOM, VEX, decisions, verdict, ledger, and their digests.
 *
 * @throws UserError `E_OUTPUT` if the directory has files: people may have completed them
 */
export async function writeCraReport(
  report: CheckReport,
  folder: string,
  context: Context,
): Promise<void> {
  prepareFolder(folder);
  const options = getOutputFileOptions(context);
  const archived = await listArchivedFiles(report, context);
  const files = [...listDrafts(report), createArchive(archived, report)];
  for (const { name, content } of files) {
    const file = join(folder, name);
    writeOutputFile(file, options, (write) => {
      write(typeof content === 'string' ? Buffer.from(content) : content);
    });
    announceFile(file, context);
  }
}

function prepareFolder(folder: string): void {
  if (createFolder(folder).length > 0) {
    throw new UserError('E_OUTPUT', `the directory "${folder}" is not empty`, {
      hint: 'name a new directory, so that completed drafts are kept',
    });
  }
}

/** Creates a directory if it is absent, and returns the names of its files. */
function createFolder(folder: string): readonly string[] {
  try {
    makeDirectory(folder, mkdirSync);
    return readdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = formatSystemError(code);
    throw new UserError('E_OUTPUT', `could not create the directory "${folder}": ${reason}`, {
      hint: 'name a new directory in a place where you may write',
      cause: error,
    });
  }
}

/** Writes the drafts one after the other. */
export function writeCraDrafts(report: CheckReport, sink: Sink): void {
  for (const { content } of listDrafts(report)) {
    sink.write(`${String(content)}\n`);
  }
}

interface NamedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

function listDrafts(report: CheckReport): readonly NamedFile[] {
  const drafts: readonly Draft[] = createDrafts(report);
  return [
    { name: 'README.md', content: createReadme(report, drafts) },
    ...drafts.map(({ name, text }) => ({ name, content: text })),
  ];
}

/** Without drafts, states whether nothing has to be reported or nothing was evaluated. */
function createReadme({ assessment, verdict }: CheckReport, drafts: readonly Draft[]): string {
  const { database, coverage } = assessment;
  const catalog = database?.providers.some(({ id }) => id === 'kev' || id === 'cisa-kev') === true;
  const gaps = coverage.reasons.map(({ reason }) => `- ${escapeMarkdown(reason)}\n`).join('');
  const answer = !catalog
    ? 'Exploited vulnerabilities could not be determined: the database has no catalog of exploited vulnerabilities.'
    : drafts.length > 0
      ? `There are ${drafts.length} drafts. Each file has the facts that are known, and blanks for the rest.`
      : 'No vulnerability of this image is in the catalog of exploited vulnerabilities.';
  return [
    '# Reports by Article 14 of the Cyber Resilience Act\n',
    `${answer}\n`,
    'plimsoll does not submit reports. The duty depends on facts that only people know: whether the product is on the market, and when the manufacturer became aware.\n',
    `Evaluated at ${verdict.evaluatedAt}; ${ARCHIVE} has the SBOM, VEX, decisions, verdict and ledger for the technical file (Annex VII), with their digests in SHA256SUMS.\n`,
    gaps === '' ? '' : `## Not evaluated\n\n${gaps}`,
  ].join('\n');
}

async function listArchivedFiles(
  report: CheckReport,
  context: Context,
): Promise<readonly NamedFile[]> {
  const { assessment, verdict, input } = report;
  const whole = { ...assessment, ...createReportFrame(context) };
  const { dispositioned = [], ignored = [] } = assessment.findings ?? {};
  const files: readonly NamedFile[] = [
    { name: 'sbom.cdx.json', content: await writeWhole(whole, 'cyclonedx-json') },
    { name: 'vex.cdx.json', content: await writeWhole(whole, 'cyclonedx-vex') },
    { name: 'decisions.json', content: `${formatJson({ dispositioned, ignored })}\n` },
    { name: 'verdict.json', content: `${formatJson(verdict)}\n` },
    ...(input.ledger === undefined
      ? []
      : [{ name: 'ledger.jsonl', content: writeLedger(input.ledger) }]),
  ];
  const sums = files.map(({ name, content }) => {
    return `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
  });
  return [...files, { name: 'SHA256SUMS', content: sums.join('') }];
}

async function writeWhole(report: Report, id: string): Promise<string> {
  const format = present(await formatLoaders.find((one) => one.id === id)?.load(), 'a format');
  const pieces: string[] = [];
  const sink = { write: (text: string) => void pieces.push(text) };
  format.write(report, sink, { isColoured: false, isParity: false });
  return pieces.join('');
}

/** Equal files give equal bytes: their time is that of the evaluation. */
function createArchive(files: readonly NamedFile[], { verdict }: CheckReport): NamedFile {
  const seconds = String(Math.floor(Date.parse(verdict.evaluatedAt) / 1000));
  const parts = files.flatMap(({ name, content }) => {
    const bytes = Buffer.from(content);
    const padding = Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES);
    const header = createTarHeader({
      name: `technical-file/${name}`,
      linkName: '',
      type: 'regular',
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: bytes.length,
      modified: seconds,
      deviceMajor: 0,
      deviceMinor: 0,
      attributes: new Map(),
    });
    return [header, bytes, padding];
  });
  return { name: ARCHIVE, content: Buffer.concat([...parts, ARCHIVE_END]) };
}
