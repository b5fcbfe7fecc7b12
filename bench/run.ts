/**
 * Measures plimsoll, the floor and the available peers, on each image in one run. Times are shown
 * beside their ratio to the floor, because they mean little without the machine.
 *
 * `npm run bench -- inventory [--runs N] [TARGET …]`; a target is `oci-archive:FILE`, `oci-dir:FOLDER` or
 * `docker-archive:FILE`. The variables PLIMSOLL_BENCH_SYFT, PLIMSOLL_BENCH_GRYPE and
 * PLIMSOLL_BENCH_TRIVY hold the paths of peers.
 */
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_LIMITS } from '../src/foundation/core/limits.ts';
import { SILENT } from '../src/foundation/core/progress.ts';
import { writeTextTable } from '../src/foundation/present/text-table.ts';
import { createSpill } from '../src/image/read/spill.ts';
import { openTarget } from '../src/image/source/open-target.ts';
import { sources } from '../src/image/source/registry.generated.ts';
import { toCellColumns } from '../test/support/cell-columns.ts';
import { build, ENTRIES } from '../tools/build.ts';
import { ROOT } from '../tools/source-tree.ts';
import { type Candidate, hasHyperfine, type Measurement, measure } from './measure.ts';

const IMAGES = ['alpine-3.20', 'debian-trixie-slim'];
const RUNS = '5';

interface Peer {
  readonly title: string;
  readonly variable: string;
  /** Returns `undefined` for an unsupported target. `cache` is empty at each run. */
  readonly argumentsFor: (target: string, cache: string) => readonly string[] | undefined;
}

const PEERS: readonly Peer[] = [
  {
    title: 'syft',
    variable: 'PLIMSOLL_BENCH_SYFT',
    argumentsFor: (target) => [target, '-q', '-o', 'syft-json'],
  },
  {
    title: 'grype',
    variable: 'PLIMSOLL_BENCH_GRYPE',
    argumentsFor: (target) => [target, '-q', '-o', 'json'],
  },
  {
    title: 'trivy',
    variable: 'PLIMSOLL_BENCH_TRIVY',
    argumentsFor: (target, cache) => {
      const [kind, path = ''] = target.split(/:(.*)/s);
      const offline = ['--offline-scan', '--skip-db-update', '--skip-java-db-update'];
      const args = ['image', '--quiet', ...offline, '--skip-version-check', '--cache-dir', cache];
      // Scanning jars requires a separate database, without which it fails.
      args.push('--skip-files', '**/*.jar');
      return kind === 'oci-archive'
        ? undefined
        : [...args, '--format', 'cyclonedx', '--input', path];
    },
  },
];

/** Disables update checks during the measurement. */
const QUIET = {
  SYFT_CHECK_FOR_APP_UPDATE: 'false',
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  GRYPE_DB_AUTO_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
};

const COLUMNS = toCellColumns([
  { title: '' },
  { title: 'WALL' },
  { title: 'CPU' },
  { title: 'PEAK' },
  { title: 'TO FLOOR' },
  { title: 'WALL TO COLD' },
  { title: 'CPU TO COLD' },
  { title: 'PEAK TO COLD' },
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: RUNS } },
});
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const targets = positionals.length > 0 ? positionals : listCorpusTargets();
  if (targets.length === 0) {
    printLine('skipped: no images: name some, or set PLIMSOLL_CONFORMANCE_DIR');
    return;
  }
  for (const { title, variable } of PEERS.filter((peer) => findPeerProgram(peer) === undefined)) {
    printLine(`skipped: ${title}: set ${variable} to its path`);
  }
  printLine(
    hasHyperfine() ? 'timed by hyperfine' : 'hyperfine is not installed: timed one after the other',
  );
  await build({
    root: ROOT,
    target: getBuildDirectory(),
    entries: ENTRIES,
    hasTypes: false,
  });
  for (const target of targets) {
    await report(target);
  }
}

/** Beside the sources, so that the program finds its packages. */
function getBuildDirectory(): string {
  return join(ROOT, '.cache', 'bench');
}

function listCorpusTargets(): string[] {
  const shared = process.env['PLIMSOLL_CONFORMANCE_DIR'] ?? join(ROOT, '..', 'shared');
  return IMAGES.map((name) => join(shared, 'corpus', 'images', `${name}.oci.tar`))
    .filter((path) => existsSync(path))
    .map((path) => `oci-archive:${path}`);
}

function findPeerProgram({ variable }: Peer): string | undefined {
  const program = process.env[variable];
  return program === undefined || program === '' ? undefined : program;
}

async function report(target: string): Promise<void> {
  const candidates = await listCandidates(target);
  const environment = createEnvironment();
  const found = await measure(candidates, { runs: Number(values.runs), folder, environment });
  const floor = found[0];
  const cold = found[1];
  if (floor === undefined || cold === undefined) {
    return;
  }
  printLine(`\n${target}`);
  const rows = found.map((row) => [
    row.title,
    `${row.wallSeconds.toFixed(3)} s`,
    row.cpuSeconds === undefined ? '' : `${row.cpuSeconds.toFixed(3)} s`,
    row.peakBytes === undefined ? '' : `${(row.peakBytes / 2 ** 20).toFixed(0)} MiB`,
    `${(row.wallSeconds / floor.wallSeconds).toFixed(2)} ×`,
    formatRatio(row, cold, ({ wallSeconds }) => wallSeconds),
    formatRatio(row, cold, ({ cpuSeconds }) => cpuSeconds),
    formatRatio(row, cold, ({ peakBytes }) => peakBytes),
  ]);
  const sink = { write: (text: string) => void process.stdout.write(text) };
  writeTextTable(sink, { columns: COLUMNS, rows }, { isColoured: false });
}

/** Returns how many times as much as plimsoll with an empty cache a candidate takes. */
function formatRatio(
  row: Measurement,
  cold: Measurement,
  valueOf: (measurement: Measurement) => number | undefined,
): string {
  const [own, base] = [valueOf(row), valueOf(cold)];
  return own === undefined || base === undefined ? '' : `${(own / base).toFixed(2)} ×`;
}

async function listCandidates(target: string): Promise<Candidate[]> {
  const program = [process.execPath, join(getBuildDirectory(), 'cli.js'), 'sbom', target];
  const options = ['-q', '-o', 'syft-json', '--cache-dir'];
  const coldFolder = join(folder, 'cold');
  return [
    { title: 'floor', command: await prepareFloor(target) },
    { title: 'plimsoll, cold', command: [...program, ...options, coldFolder], fresh: coldFolder },
    { title: 'plimsoll, warm', command: [...program, ...options, join(folder, 'warm')] },
    ...PEERS.flatMap((peer) => listPeerCandidates(peer, target)),
  ];
}

function listPeerCandidates(peer: Peer, target: string): Candidate[] {
  const { title, argumentsFor } = peer;
  const path = findPeerProgram(peer);
  const fresh = join(folder, title);
  const args = path === undefined ? undefined : argumentsFor(target, fresh);
  if (path !== undefined && args === undefined) {
    printLine(`skipped: ${title}: it cannot read ${target}`);
  }
  return path === undefined || args === undefined
    ? []
    : [{ title, command: [path, ...args], fresh }];
}

/** The floor reads the blobs of the layers from separate files. */
async function prepareFloor(target: string): Promise<string[]> {
  const limits = DEFAULT_LIMITS;
  using spill = createSpill({ folder, limits });
  const opened = await openTarget(target, sources, { limits, spill, progress: SILENT });
  const paths: string[] = [];
  for (const [number, layer] of opened.layers.entries()) {
    if (layer.kind !== 'blob') {
      throw new Error(`${target} has no layers`);
    }
    const path = join(folder, `layer-${number}`);
    await pipeline(Readable.from(layer.open()), createWriteStream(path));
    paths.push(path);
  }
  await opened.close();
  return [process.execPath, join(import.meta.dirname, 'floor.js'), ...paths];
}

/** Our own variables are for this program: the measured one does not know them. */
function createEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PLIMSOLL_'));
  return { ...Object.fromEntries(own), ...QUIET };
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
