import { hash } from 'node:crypto';
import { writeZip, type ZipFile } from '../../foundation/bytes/zip/write-zip.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import { markup } from '../../foundation/present/markup.ts';
import { PAGE_STYLE } from '../../report/format/page/page-style.data.ts';
import { listCurrentDecisions } from '../engine/decisions.ts';
import { selectOwnDecisions } from '../engine/own-decisions.ts';
import { listProvenImages, PROVEN_MAX, type ProvenImage } from '../query/proofs.ts';
import { CONSOLE_STYLE } from './console-style.data.ts';
import type { PageContext } from './page.ts';
import { createTable, createVerdict } from './parts.ts';

/**
 * Writes the evidence of a state as one archive: a page for people, tables, the complete reasons,
 * decisions as OpenVEX, and a manifest with the digest of every part and of the inputs.
 */
export async function createPacket(context: PageContext): Promise<Buffer> {
  const { fleet, revision } = context;
  const proven = await listProvenImages(context, fleet);
  const files = [
    toFile('report.html', createReport(context, proven)),
    toFile('verdicts.csv', writeVerdicts(proven)),
    toFile('controls.csv', writeControls(proven)),
    toFile('due-dates.csv', writeDueDates(proven)),
    toFile('evidence.jsonl', proven.map((one) => `${JSON.stringify(toEvidence(one))}\n`).join('')),
    toFile('decisions.openvex.json', await writeDecisions(context)),
  ];
  const manifest = {
    tool: `plimsoll ${VERSION}`,
    revision: revision?.id ?? 0,
    time: context.now,
    advisories: revision?.generation ?? '',
    policy: fleet.policy?.digest ?? '',
    images: { total: fleet.size, judged: proven.length, atMost: PROVEN_MAX },
    files: files.map(({ path, bytes }) => ({
      path,
      bytes: bytes.length,
      sha256: hash('sha256', bytes),
    })),
  };
  return writeZip([...files, toFile('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`)]);
}

function toFile(path: string, text: string): ZipFile {
  return { path, bytes: Buffer.from(text) };
}

function toEvidence({ image, outcome, revision, inputs, proof }: ProvenImage) {
  const { id, name, digest, owner } = image;
  return { image: id, name, digest, owner, outcome, revision, inputs, ...proof };
}

function createReport(context: PageContext, proven: readonly ProvenImage[]): string {
  const { fleet, revision, now } = context;
  const failing = proven.filter(({ outcome }) => outcome !== 'pass');
  const title = `Evidence of revision ${revision?.id ?? 0}: ${proven.length - failing.length} of ${fleet.size} images pass`;
  const table = createTable<ProvenImage>(
    'Images',
    [
      { title: 'Image', cell: ({ image }) => image.name },
      {
        title: 'Verdict',
        cell: ({ image }) => createVerdict(fleet.judgeListed(image, '').word),
      },
      { title: 'Reason', cell: ({ image }) => fleet.judgeListed(image, '').reason },
      { title: 'Digest', cell: ({ image }) => markup`<code>${image.digest}</code>` },
      { title: 'Inputs', cell: ({ inputs }) => markup`<code>${inputs}</code>` },
    ],
    proven,
  );
  const left = fleet.size - proven.length;
  const rest =
    left === 0
      ? undefined
      : markup`<p class="notice">${left} images have no verdict here: they were not judged, or are beyond the first ${PROVEN_MAX}.</p>`;
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<style>
${PAGE_STYLE}${CONSOLE_STYLE}</style></head><body><main><h1>${title}</h1><p>State of ${now}, plimsoll ${VERSION}. manifest.json has the digest of every part.</p>${rest}${table}</main></body></html>
`.html;
}

/** A cell of CSV, RFC 4180, that a spreadsheet does not take for a formula. */
function toCell(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function writeCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

function writeVerdicts(proven: readonly ProvenImage[]): string {
  return writeCsv([
    ['image', 'name', 'digest', 'owner', 'verdict', 'reason', 'revision', 'inputs'],
    ...proven.map(({ image, outcome, revision, inputs, proof }) => {
      const { id, name, digest, owner } = image;
      const reasons = proof.gates.map(({ reason }) => reason);
      const reason = [...reasons, proof.policy ?? ''].filter(Boolean).join('; ');
      return [id, name, digest, owner, outcome, reason, revision, inputs];
    }),
  ]);
}

function writeControls(proven: readonly ProvenImage[]): string {
  return writeCsv([
    ['control', 'title', 'image', 'status', 'reasons', 'examined', 'due', 'revision', 'inputs'],
    ...proven.flatMap(({ image, revision, inputs, proof: { controls = [] } }) =>
      controls.map(({ key, title, status, reasons, examined, dueAt = '' }) => {
        const [why, what] = [reasons.join('; '), examined.join('; ')];
        return [key, title, image.name, status, why, what, dueAt, revision, inputs];
      }),
    ),
  ]);
}

function writeDueDates(proven: readonly ProvenImage[]): string {
  return writeCsv([
    ['due', 'finding', 'vulnerability', 'image'],
    ...proven.flatMap(({ image, proof: { due = [] } }) =>
      due.map(({ at, title, vulnerability }) => {
        return [new Date(at).toISOString(), title, vulnerability, image.name];
      }),
    ),
  ]);
}

/** OpenVEX 0.2.0. */
async function writeDecisions({ db, at, now }: PageContext): Promise<string> {
  const inForce = await listCurrentDecisions(db, Date.parse(now), at);
  const decisions = await selectOwnDecisions(db, inForce);
  const statements = decisions.map((row) => ({
    vulnerability: { name: row.vulnerability },
    timestamp: new Date(row.at).toISOString(),
    products: [{ '@id': row.package }],
    status: row.status,
    ...(row.justification === '' ? {} : { justification: row.justification }),
    ...(row.statement === '' && row.status !== 'affected'
      ? {}
      : row.status === 'affected'
        ? { action_statement: row.statement || 'no action is stated' }
        : { impact_statement: row.statement }),
    status_notes: `decision ${row.id} by ${row.author}${row.images === '' ? '' : `, for images ${row.images}`}${row.project === '' ? '' : `, only in project ${row.project}`}${row.versions === '' ? '' : `, versions ${row.versions}`}`,
  }));
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:plimsoll:decisions:${hash('sha256', JSON.stringify(statements))}`,
    author: 'plimsoll server',
    timestamp: now,
    version: 1,
    statements,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
