/**
 * Measures the advisory database and prints each figure with its limit: the import beside
 * `grype db import` of the same archive, sizes, opening, page checks, a comparison of two databases,
 * and the memory for four million statements.
 *
 * `npm run bench -- database [--runs N --rows N]`. PLIMSOLL_BENCH_GRYPE is the path of Grype;
 * PLIMSOLL_CONFORMANCE_DIR the directory with the archive.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { present } from '../src/foundation/core/assert.ts';
import { writeTextTable } from '../src/foundation/present/text-table.ts';
import { diffPackages } from '../src/vulnerability/advisory/diff-databases.ts';
import { commitGenerations } from '../src/vulnerability/advisory/generation.ts';
import { GenerationOutput } from '../src/vulnerability/advisory/import-database.ts';
import { listLayers } from '../src/vulnerability/advisory/layer.ts';
import { LayerReader } from '../src/vulnerability/advisory/layer-reader.ts';
import { openDatabase } from '../src/vulnerability/advisory/open-database.ts';
import { openPages } from '../src/vulnerability/advisory/open-shard.ts';
import { packPageFile } from '../src/vulnerability/advisory/page-file/pack-page-file.ts';
import { hashPage } from '../src/vulnerability/advisory/page-file/page.ts';
import type { ShardWriter } from '../src/vulnerability/advisory/shard-writer.ts';
import { encodeRecord } from '../src/vulnerability/advisory/vulnerability-record.ts';
import { toCellColumns } from '../test/support/cell-columns.ts';
import { build, ENTRIES } from '../tools/build.ts';
import { ROOT } from '../tools/source-tree.ts';
import { writeLargeSource } from './large-database.ts';
import { type Candidate, type Measurement, measure } from './measure.ts';

const COLUMNS = toCellColumns([{ title: 'FIGURE' }, { title: 'MEASURED' }, { title: 'LIMIT' }]);
const OPENINGS = 20;
const DIFF_KEYS = 300_000;
const DIFF_CHANGES = 500;
const NOW = '2026-01-03T00:00:00Z';

type Figure = readonly [title: string, measured: string, limit: string];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    rows: { type: 'string', default: '4000000' },
  },
});
const shared = process.env['PLIMSOLL_CONFORMANCE_DIR'] ?? path.join(ROOT, '..', 'shared');
const archives = path.join(shared, 'advisories', 'grype-v6');
const grype = process.env['PLIMSOLL_BENCH_GRYPE'] ?? '';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bench-'));
try {
  if (grype === '' || !fs.existsSync(archives)) {
    process.stdout.write('skipped: needs PLIMSOLL_BENCH_GRYPE and PLIMSOLL_CONFORMANCE_DIR\n');
  } else {
    await main();
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const name = fs.readdirSync(archives).find((each) => each.endsWith('.tar.zst'));
  const archive = path.join(archives, present(name, 'an archive'));
  const figures = [
    ...(await measureImport(archive)),
    ...(await measureSizes(archive)),
    ...measureReading(),
    measureDiff(),
    await measureMemory(),
  ];
  writeTextTable(
    { write: (text) => void process.stdout.write(text) },
    { columns: COLUMNS, rows: figures.map((figure) => [...figure]) },
    { isColoured: false },
  );
}

function toDatabase(): string {
  return path.join(folder, 'cache', 'db');
}

async function runMeasured(candidates: readonly Candidate[], runs: number): Promise<Measurement[]> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PLIMSOLL_'));
  const environment = {
    ...Object.fromEntries(own),
    GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    GRYPE_DB_CACHE_DIR: path.join(folder, 'grype'),
  };
  return await measure(candidates, { runs, folder, environment });
}

async function createImport(file: string, cache: string): Promise<Candidate> {
  const target = path.join(ROOT, '.cache', 'bench');
  await build({ root: ROOT, target, entries: ENTRIES, hasTypes: false });
  const program = [process.execPath, path.join(target, 'cli.js')];
  const command = [...program, 'db', 'import', file, '--cache-dir', cache, '-q'];
  return { title: 'plimsoll', command, fresh: cache };
}

async function measureImport(archive: string): Promise<readonly Figure[]> {
  const own = await createImport(archive, path.join(folder, 'cache'));
  const peer = { title: 'grype', command: [grype, 'db', 'import', archive], fresh: 'none' };
  const [ours, theirs] = await runMeasured([own, peer], Number(values.runs));
  const ratio = (ours?.cpuSeconds ?? Number.NaN) / (theirs?.cpuSeconds ?? Number.NaN);
  const seconds = `${ours?.cpuSeconds?.toFixed(1)} s against ${theirs?.cpuSeconds?.toFixed(1)} s`;
  return [['CPU to import, of Grype', `${ratio.toFixed(1)} × (${seconds})`, '≤ 5 ×']];
}

async function measureSizes(archive: string): Promise<readonly Figure[]> {
  const source = findFile(path.join(folder, 'grype'), 'vulnerability.db');
  let installed = 0;
  let delivered = 0;
  for (const layer of listLayers(toDatabase())) {
    using reader = new LayerReader(layer);
    for (const entry of reader.manifest.shards) {
      using file = openPages(layer.generation, entry);
      installed += entry.sizeBytes;
      for await (const piece of packPageFile(file)) {
        delivered += piece.length;
      }
    }
  }
  return [
    toRatio('delivered size, of the archive', delivered, fs.statSync(archive).size, 0.75),
    toRatio('installed size, of the database file', installed, fs.statSync(source).size, 0.22),
  ];
}

function toRatio(title: string, bytes: number, of: number, limit: number): Figure {
  const ratio = (bytes / of).toFixed(3);
  return [title, `${ratio} × (${(bytes / 1e6).toFixed(1)} MB)`, `≤ ${limit} ×`];
}

function findFile(root: string, name: string): string {
  const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' });
  const found = files.find((each) => path.basename(each) === name);
  return path.join(root, present(found, name));
}

function measureReading(): readonly Figure[] {
  const times: number[] = [];
  for (let at = 0; at < OPENINGS; at++) {
    const start = performance.now();
    using database = openDatabase(toDatabase());
    database.listReleases({ id: 'debian', idLike: [], versionId: '12' });
    times.push(performance.now() - start);
  }
  const median = times.sort((left, right) => left - right)[OPENINGS / 2] ?? Number.NaN;
  const share = measureChecks();
  return [
    ['opening the database', `${median.toFixed(1)} ms`, '≤ 5 ms'],
    ['page checks, of reading all statements', `${(share * 100).toFixed(1)} %`, '≤ 5 %'],
  ];
}

/** Matching does more than reading the statements, so its share is smaller. */
function measureChecks(): number {
  const everything = { ids: [], names: [] };
  let reading = 0;
  let checking = 0;
  for (const layer of listLayers(toDatabase())) {
    using reader = new LayerReader(layer);
    const shards = reader.manifest.shards.filter(({ counts }) => counts.keys > 0);
    for (const entry of shards) {
      const start = process.cpuUsage();
      for (const { readStatements } of reader.openShard(entry.name)?.listSubjects(everything) ??
        []) {
        readStatements();
      }
      reading += toSeconds(process.cpuUsage(start));
      using file = openPages(layer.generation, entry);
      const pages = [...file.listPages('s')].map((ref) => file.readPage(ref).bytes);
      const begin = process.cpuUsage();
      pages.forEach(hashPage);
      checking += toSeconds(process.cpuUsage(begin));
    }
  }
  return checking / reading;
}

function toSeconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

function measureDiff(): Figure {
  const [before, after] = [writeMade(0), writeMade(DIFF_CHANGES)];
  const start = performance.now();
  const found = [...diffPackages(before, after)].length;
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  return [`db diff, ${found} of ${DIFF_KEYS} keys changed`, `${seconds} s`, '≤ 1.5 s'];
}

/** Writes a database with one statement per key, of which some differ. */
function writeMade(changes: number): string {
  const root = path.join(folder, `made-${changes}`);
  const step = changes === 0 ? Number.POSITIVE_INFINITY : Math.floor(DIFF_KEYS / changes);
  using output = new GenerationOutput(root, NOW);
  const { writer } = output;
  const place = { kind: 'ecosystem', family: 'npm' } as const;
  const shard = writer.openShard('ecosystem-npm', place);
  for (let at = 0; at < DIFF_KEYS; at++) {
    addMade(shard, at, at % step === step - 1 ? 9 : 1);
  }
  writer.finishShards();
  const nothing = { systems: [], systemOverrides: [], ecosystemOverrides: [], exploited: [] };
  writer.writeMeta({ ...nothing, architectureAliases: [], epss: [], weaknesses: [] });
  writer.finishGeneration({ sourceSchema: '', builtAt: NOW, origin: 'made', providers: [] }, NOW);
  commitGenerations([output.completeGeneration()]);
  return root;
}

/** Adds one vulnerability with one statement. */
function addMade(shard: ShardWriter, at: number, minor: number): void {
  const id = `CVE-2025-${100_000 + at}`;
  const lists = { aliases: [], assigners: [], references: [], severities: [] };
  const flaw = { id, provider: 'made', status: 'active', description: `Flaw ${at}` } as const;
  const record = { ...flaw, ...lists };
  const statement = {
    vulnerability: id,
    provider: 'made',
    status: 'active',
    aliases: [],
    cves: [id],
    effect: 'affected',
    ecosystem: 'npm',
    packageName: `package-${(at * 7919) % DIFF_KEYS}`,
    ranges: [{ scheme: 'semver', constraint: `< ${at % 40}.${minor}.0` }],
  } as const;
  shard.addStatement('', statement, shard.addRecord(record, encodeRecord(record)));
}

async function measureMemory(): Promise<Figure> {
  const rows = Number(values.rows);
  const source = path.join(folder, 'large.db');
  writeLargeSource(source, rows);
  const [result] = await runMeasured([await createImport(source, path.join(folder, 'large'))], 1);
  const megabytes = ((result?.peakBytes ?? Number.NaN) / 1e6).toFixed(0);
  return [`memory to import ${rows} rows`, `${megabytes} MB`, '≤ 300 MB'];
}
