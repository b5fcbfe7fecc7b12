// Builds each recorded feed, prints its account, and compares the statements with those that the
// recorded database of Grype has of the same documents: `npm run conformance:feeds`. `--only REGEX`
// selects samples, `--verbose` lists differences.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildDatabase } from '../../src/advisory/build-database.ts';
import type { AccountCounts, BuildAccount } from '../../src/advisory/feed-facts.ts';
import { toLayerRoot } from '../../src/advisory/layer.ts';
import { compareText } from '../../src/core/compare-text.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { SILENT } from '../../src/core/progress.ts';
import { formatFixLine, readExpectations } from './feeds/expectations.ts';
import { readFactLines } from './feeds/fact-lines.ts';
import { FEED_SAMPLES, type FeedSample } from './feeds/sources.data.ts';
import { readStatedRanges } from './feeds/stated-range.ts';
import { importRecordedDatabase } from './recorded-database.ts';

/** Differences that one pattern selects, and why they are right. An unused one fails. */
interface FeedDifference {
  readonly sample: string;
  readonly side: 'ours' | 'recorded';
  readonly pattern: string;
  readonly reason: string;
}

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
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

async function checkSample(sample: FeedSample, recorded: string): Promise<void> {
  const folder = path.join(scratch, sample.name);
  fs.mkdirSync(folder);
  const files = unpackDocuments(sample, folder);
  const built = path.join(scratch, `${sample.name}.db`);
  const { accounts } = await buildDatabase(
    files.map((file) => ({ provider: sample.provider, file })),
    built,
    { progress: SILENT, limits: DEFAULT_LIMITS, now: NOW },
  );
  const account = accounts.get(sample.provider);
  if (account === undefined) {
    throw new Error(`${sample.name} has no account`);
  }
  printAccount(sample.name, account);
  if (sample.expected !== undefined) {
    const { archive, folder: results, form } = sample.expected;
    const place = path.join(scratch, `${sample.name}-expected`);
    fs.mkdirSync(place);
    unpackArchive(archive, place);
    const expected = readExpectations(path.join(place, results), form);
    const ours = readStatedRanges(toLayerRoot(built, sample.provider));
    compareStatements(sample.name, new Set(Array.from(ours, toFixLine)), expected);
    fs.rmSync(place, { recursive: true });
  }
  if (sample.recorded !== undefined) {
    const ours = readStatedRanges(toLayerRoot(built, sample.provider), sample.recorded);
    compareStatements(sample.name, ours, readStatedRanges(recorded, sample.recorded));
  }
  if (sample.facts !== undefined) {
    const ours = readFactLines(toLayerRoot(built, sample.provider), sample.facts);
    compareStatements(sample.name, ours, readFactLines(recorded, sample.facts));
  }
  fs.rmSync(folder, { recursive: true });
  fs.rmSync(built, { recursive: true });
}

/** Returns a line without effect and range, which other readers of a feed do not state. */
function toFixLine(line: string): string {
  const [subject = '', fixed = ''] = line.split(' → ');
  return formatFixLine(subject.split(' ').slice(0, 2).join(' '), fixed);
}

function unpackArchive(archive: string, folder: string): void {
  const file = path.resolve(SHARED, 'advisories', `${archive}.tar.zst`);
  const run = spawnSync('tar', ['-I', 'zstd -d --long=27', '-xf', file, '-C', folder], {
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    throw new Error(`tar could not unpack ${file}: ${run.stderr}`);
  }
}

function unpackDocuments(
  { archive, documents, convert }: FeedSample,
  folder: string,
): readonly string[] {
  unpackArchive(archive, folder);
  convert?.(folder);
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((name) => documents.test(name))
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
    const isRight = isComplete(counts);
    failures += isRight ? 0 : 1;
    const others = causes.map(([cause, number]) => `${number} ${cause}`).join(', ');
    console.log(
      `${name.padEnd(20)} ${member.padEnd(10)} read ${read}, kept ${kept}${
        causes.length === 0 ? '' : `, left out: ${others}`
      }${isRight ? '' : '  DOES NOT ADD UP'}`,
    );
  }
}

function isComplete({ read, kept, leftOut }: AccountCounts): boolean {
  return read === kept + Object.values(leftOut).reduce((sum, number) => sum + number, 0);
}

function compareStatements(
  name: string,
  ours: ReadonlySet<string>,
  recorded: ReadonlySet<string>,
): void {
  const sides = [
    { side: 'ours', lines: [...ours].filter((line) => !recorded.has(line)) },
    { side: 'recorded', lines: [...recorded].filter((line) => !ours.has(line)) },
  ] as const;
  const same = [...ours].filter((line) => recorded.has(line)).length;
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
