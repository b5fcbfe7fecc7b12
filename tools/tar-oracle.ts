/**
 * Compares our reader of tar archives with Go's archive/tar, which container runtimes use, on
 * generated archives: names, types, link targets, modes, owners, sizes, digests, and damage.
 *
 * npm run oracle -- tar [--runs N] [--seed N] [--from N] [--keep DIRECTORY]
 *
 * Differences without a reason in `test/support/tar-differences.ts` fail, and so does a reason that
 * none of the archives needs. Without Go, nothing is compared and a message is printed. `--record
 * N` writes the first N results of Go to the sample that a test compares with.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GoTarReader } from '../test/support/go-tar-reader.ts';
import { type ArchiveListing, listArchive } from '../test/support/list-archive.ts';
import { drawArchive } from '../test/support/random-archive.ts';
import {
  explainDifference,
  isSameListing,
  TAR_DIFFERENCES,
} from '../test/support/tar-differences.ts';

const BATCH = 500;
const SHOWN_MAX = 10;
/** A run shorter than this need not include every accepted difference. */
const LONG_RUNS = 100_000;
const SAMPLE = join(import.meta.dirname, '..', 'test', 'support', 'tar-sample.json');

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    keep: { type: 'string' },
    record: { type: 'string' },
  },
});
const [runs, seed, from] = [Number(values.runs), Number(values.seed), Number(values.from)];

interface Tally {
  entries: number;
  damaged: number;
  doubtful: number;
  readonly explained: Map<string, number>;
  readonly failed: number[];
}

function compare(run: number, archive: Buffer, theirs: ArchiveListing, tally: Tally): void {
  // Also in pieces of an odd length: the result must not depend on how an archive is split.
  const ours = listArchive(archive, run % 3 === 0 ? 700 : archive.length);
  tally.entries += theirs.entries.length;
  tally.damaged += theirs.isDamaged ? 1 : 0;
  tally.doubtful += ours.problems.length > 0 && !ours.isDamaged ? 1 : 0;
  if (isSameListing(ours, theirs)) return;
  const id = explainDifference(ours, theirs);
  if (id !== undefined) {
    tally.explained.set(id, (tally.explained.get(id) ?? 0) + 1);
    return;
  }
  tally.failed.push(run);
  if (tally.failed.length > SHOWN_MAX) return;
  console.log(`run ${run} differs (--seed ${seed} --from ${run} --runs 1)`);
  console.log(`  ours: ${JSON.stringify(ours)}`);
  console.log(`  Go's: ${JSON.stringify(theirs)}`);
  if (values.keep !== undefined) {
    mkdirSync(values.keep, { recursive: true });
    writeFileSync(join(values.keep, `${seed}-${run}.tar`), archive);
  }
}

async function compareAll(reader: GoTarReader): Promise<Tally> {
  const tally: Tally = { entries: 0, damaged: 0, doubtful: 0, explained: new Map(), failed: [] };
  for (let start = from; start < from + runs; start += BATCH) {
    const count = Math.min(BATCH, from + runs - start);
    const archives = Array.from({ length: count }, (_, index) => drawArchive(seed, start + index));
    const theirs = await reader.list(archives);
    for (const [index, archive] of archives.entries()) {
      compare(start + index, archive, theirs[index] ?? NO_LISTING, tally);
    }
  }
  return tally;
}

const NO_LISTING: ArchiveListing = { entries: [], isDamaged: false, problems: [] };

async function record(reader: GoTarReader, count: number): Promise<void> {
  const archives = Array.from({ length: count }, (_, run) => drawArchive(seed, run));
  const listings = await reader.list(archives);
  const lines = listings.map(({ entries, isDamaged }) => JSON.stringify({ entries, isDamaged }));
  writeFileSync(SAMPLE, `{"seed":${seed},"listings":[\n${lines.join(',\n')}\n]}\n`);
  console.log(`${count} answers were recorded`);
}

function report(tally: Tally): boolean {
  const start = `${runs} archives (seed ${seed}, from ${from}) with ${tally.entries} entries`;
  console.log(`${start}; ${tally.damaged} are damaged, ${tally.doubtful} doubtful`);
  for (const { id, reason } of TAR_DIFFERENCES) {
    console.log(`accepted: ${id}, ${tally.explained.get(id) ?? 0} archives: ${reason}`);
  }
  console.log(`${tally.failed.length} differences without a reason`);
  const unused = TAR_DIFFERENCES.filter(({ id }) => !tally.explained.has(id));
  const isUnusedBad = runs >= LONG_RUNS && unused.length > 0;
  if (isUnusedBad) console.log(`not needed: ${unused.map(({ id }) => id).join(', ')}`);
  return tally.failed.length === 0 && !isUnusedBad;
}

const directory = mkdtempSync(join(tmpdir(), 'plimsoll-tar-oracle-'));
try {
  const reader = GoTarReader.start(directory);
  if (typeof reader === 'string') {
    console.log(`skipped: ${reader}`);
  } else {
    using open = reader;
    if (values.record === undefined) {
      process.exitCode = report(await compareAll(open)) ? 0 : 1;
    } else {
      await record(open, Number(values.record));
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
