// Builds each recorded feed, prints its account, and compares the statements with those that the
// recorded database of Grype has of the same documents: `npm run conformance -- feeds`. `--only REGEX`
// selects samples, `--verbose` lists differences.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { buildDatabase } from '../../src/vulnerability/advisory/build-database.ts';
import type { AccountCounts, BuildAccount } from '../../src/vulnerability/advisory/feed-facts.ts';
import { toLayerRoot } from '../../src/vulnerability/advisory/layer.ts';
import { printBoundedRecords } from './feeds/cve-bounds.ts';
import { checkVerdicts } from './feeds/cve-sample.ts';
import { readFactLines } from './feeds/fact-lines.ts';
import { compareFindings } from './feeds/own-findings.ts';
import { readProjectResults } from './feeds/project-results.ts';
import { readSnapshotLines, readSnapshots } from './feeds/snapshots.ts';
import { FEED_SAMPLES, type FeedSample } from './feeds/sources.data.ts';
import { readReleaseRanges, readResultLines, readStatedRanges } from './feeds/stated-range.ts';
import { importRecordedDatabase } from './recorded-database.ts';

/** Differences that one pattern selects, and why they are right. An unused one fails. */
interface FeedDifference {
  readonly sample: string;
  /** `recorded`: Grype; `other`: another project or source. */
  readonly side: 'ours' | 'recorded' | 'other';
  readonly pattern: string;
  readonly reason: string;
}

/** At least this share of the records that can be ordered must be decided. */
const DECIDED_SHARE_MIN = 0.95;
const NOW = '2026-11-29T00:00:00Z';
const SHARED = process.env['PLIMSOLL_CONFORMANCE_DIR'] ?? '../shared';
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } },
});
const only = new RegExp(values.only);
const differences = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, 'feed-differences.json'), 'utf8'),
) as FeedDifference[];
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-feeds-'));
let failures = 0;
try {
  const recorded = await importRecordedDatabase(SHARED, scratch, NOW);
  for (const sample of FEED_SAMPLES.filter(({ name }) => only.test(name))) {
    await checkSample(sample, recorded);
  }
  if (only.test('cve-verdicts')) {
    failures += await checkVerdicts(unpackRecords());
  }
  if (only.test('findings')) {
    failures += await compareFindings({ shared: SHARED, scratch, recorded, now: NOW, unpack });
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function checkSample(sample: FeedSample, recorded: string): Promise<void> {
  const folder = path.join(scratch, sample.name);
  unpackArchive(sample.archive, folder);
  sample.convert?.(folder);
  const files = listFiles(folder);
  const documents = files.filter((name) => sample.documents.test(name));
  const { root, account } = await buildSample(sample.name, sample.provider, documents);
  printAccount(sample.name, account);
  if (sample.recorded !== undefined) {
    const ours = readStatedRanges(root, sample.recorded);
    compareStatements(sample.name, { ours, recorded: readStatedRanges(recorded, sample.recorded) });
  }
  if (sample.provider === 'cve-list') {
    const share = await printBoundedRecords(sample.name, documents);
    failures += share < DECIDED_SHARE_MIN ? 1 : 0;
  }
  if (sample.facts !== undefined) {
    const ours = readFactLines(root, sample.facts);
    compareStatements(sample.name, { ours, recorded: readFactLines(recorded, sample.facts) });
  }
  const { results, sameFacts, snapshots } = sample;
  if (snapshots !== undefined) {
    const other = readSnapshots(files.filter((name) => snapshots.test(name)));
    compareStatements(sample.name, { ours: readSnapshotLines(root), other });
  }
  if (results !== undefined) {
    const other = readProjectResults(files.filter((name) => results.test(name)));
    compareStatements(sample.name, { ours: readResultLines(root), other });
  }
  if (sameFacts !== undefined) {
    const names = new Set(documents.map((file) => path.basename(file)));
    await compareFacts(`${sample.name}-${sameFacts.provider}`, root, { ...sameFacts, names });
  }
  fs.rmSync(folder, { recursive: true });
}

async function buildSample(
  name: string,
  provider: string,
  files: readonly string[],
): Promise<{ readonly root: string; readonly account: BuildAccount }> {
  const built = path.join(scratch, `${name}.db`);
  const { accounts } = await buildDatabase(
    files.map((file) => ({ provider, file })),
    built,
    { progress: SILENT, limits: DEFAULT_LIMITS, now: NOW },
  );
  const account = accounts.get(provider);
  if (account === undefined) {
    throw new Error(`${name} has no account`);
  }
  return { root: toLayerRoot(built, provider), account };
}

interface OtherReading {
  readonly archive: string;
  readonly provider: string;
  readonly documents: RegExp;
  readonly isComplete?: boolean;
  /** Base names of the documents of the first reading. */
  readonly names: ReadonlySet<string>;
}

/**
 * Compares two sources that state the same facts. A package of a release that only one of them
 * names is counted, because one can name source packages and the other binary ones.
 */
async function compareFacts(
  name: string,
  root: string,
  { archive, provider, documents, names, isComplete = false }: OtherReading,
): Promise<void> {
  const folder = path.join(scratch, name);
  unpackArchive(archive, folder);
  const files = listFiles(folder).filter(
    (file) => documents.test(file) && names.has(path.basename(file)),
  );
  const other = readReleaseRanges((await buildSample(name, provider, files)).root);
  const ours = readReleaseRanges(root);
  const subjects = [ours, other].map((lines) => new Set(Array.from(lines, toSubject)));
  const isShared = (line: string): boolean => subjects.every((one) => one.has(toSubject(line)));
  const sharedOurs = new Set([...ours].filter(isShared));
  const sharedOther = new Set([...other].filter(isShared));
  const [onlyOurs, onlyOther] = [ours.size - sharedOurs.size, other.size - sharedOther.size];
  console.log(
    `${name.padEnd(20)} only in ours ${onlyOurs}, only in ${provider} ${onlyOther}, in both ${sharedOurs.size}`,
  );
  compareStatements(name, { ours: sharedOurs, other: isComplete ? other : sharedOther });
  fs.rmSync(folder, { recursive: true });
}

/** Unpacks the records of the CVE List from all archives, in a stable order. */
function unpackRecords(): readonly string[] {
  const samples = FEED_SAMPLES.filter(({ provider }) => provider === 'cve-list');
  return samples
    .flatMap(({ name, archive, documents }) => {
      const folder = path.join(scratch, `drawn-${name}`);
      unpackArchive(archive, folder);
      return listFiles(folder).filter((one) => documents.test(one));
    })
    .sort((left, right) => compareText(toInnerPath(left), toInnerPath(right)));
}

/** Returns the path within the archive. */
function toInnerPath(file: string): string {
  return path.relative(scratch, file).split(path.sep).slice(1).join('/');
}

/** Release, module, package, vulnerability. */
function toSubject(line: string): string {
  return line.split(' ', 4).join(' ');
}

function unpackArchive(archive: string, folder: string): void {
  fs.mkdirSync(folder);
  const file = path.resolve(SHARED, 'advisories', `${archive}.tar.zst`);
  const run = spawnSync('tar', ['-I', 'zstd -d --long=27', '-xf', file, '-C', folder], {
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    throw new Error(`tar could not unpack ${file}: ${run.stderr}`);
  }
}

function unpack(archive: string, folder: string): readonly string[] {
  unpackArchive(archive, folder);
  return listFiles(folder);
}

function listFiles(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort(compareText);
}

function printAccount(name: string, account: BuildAccount): void {
  for (const member of ['documents', 'records', 'statements', 'facts'] as const) {
    const counts = account[member];
    if (counts === undefined) {
      continue;
    }
    const { read, kept, leftOut } = counts;
    const causes = Object.entries(leftOut);
    const isRight = isBalanced(counts);
    failures += isRight ? 0 : 1;
    const others = causes.map(([cause, number]) => `${number} ${cause}`).join(', ');
    console.log(
      `${name.padEnd(20)} ${member.padEnd(10)} read ${read}, kept ${kept}${
        causes.length === 0 ? '' : `, left out: ${others}`
      }${isRight ? '' : '  DOES NOT ADD UP'}`,
    );
  }
}

function isBalanced({ read, kept, leftOut }: AccountCounts): boolean {
  return read === kept + Object.values(leftOut).reduce((sum, number) => sum + number, 0);
}

function compareStatements(
  name: string,
  all: { readonly ours: ReadonlySet<string> } & Partial<
    Record<'recorded' | 'other', ReadonlySet<string>>
  >,
): void {
  const { ours, recorded, other = recorded ?? new Set() } = all;
  const otherSide = recorded === undefined ? 'other' : 'recorded';
  const sides = [
    { side: 'ours', lines: [...ours].filter((line) => !other.has(line)) },
    { side: otherSide, lines: [...other].filter((line) => !ours.has(line)) },
  ] as const;
  const same = [...ours].filter((line) => other.has(line)).length;
  let unlisted = 0;
  let explained = 0;
  for (const { side, lines } of sides) {
    const listed = differences.filter((one) => one.sample === name && one.side === side);
    const used = new Set<FeedDifference>();
    for (const line of lines.toSorted(compareText)) {
      const found = listed.filter(({ pattern }) => new RegExp(pattern).test(line));
      found.forEach((one) => used.add(one));
      explained += found.length > 0 ? 1 : 0;
      unlisted += found.length > 0 ? 0 : 1;
      if (found.length === 0 || values.verbose) {
        console.log(`    ${side}: ${line}${found.map(({ reason }) => ` (${reason})`).join('')}`);
      }
    }
    for (const { pattern } of listed.filter((one) => !used.has(one))) {
      console.log(`    the listed difference /${pattern}/ of ${side} is unused`);
      failures += 1;
    }
  }
  failures += unlisted;
  console.log(
    `${name.padEnd(20)} same ${same}, different with a reason ${explained}, not listed ${unlisted}`,
  );
}
