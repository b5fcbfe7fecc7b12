/**
 * Measures what `harden emit` needs in addition to `harden plan`, compared with the floor: to
 * decompress and hash the layers once. Compression is measured separately, because its time depends
 * on what stays. Exits with status 1 if a limit is exceeded.
 *
 * `npm run bench -- emit oci-dir:FOLDER [--runs N]`: a layout with one image, such as that of
 * `bench/make-large-image.ts`, with an entry point. Uses the built program.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { PROGRAM } from '../test/support/run-program.ts';
import { type Candidate, type Measurement, measure } from './measure.ts';

const FLOOR_RATIO_MAX = 1.5;
const PEAK_BYTES_MAX = 350 * 1024 ** 2;

interface Descriptor {
  readonly digest: string;
}

function toBlobPath(layout: string, digest: string): string {
  return join(layout, 'blobs', ...digest.split(':'));
}

function listBlobs(layout: string): readonly string[] {
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as {
    readonly manifests: readonly Descriptor[];
  };
  const [image] = index.manifests;
  if (image === undefined) {
    throw new Error(`${layout} contains no image`);
  }
  const { layers } = JSON.parse(readFileSync(toBlobPath(layout, image.digest), 'utf8')) as {
    readonly layers: readonly Descriptor[];
  };
  return layers.map(({ digest }) => toBlobPath(layout, digest));
}

function createCandidates(layout: string, folder: string): readonly Candidate[] {
  const target = `oci-dir:${layout}`;
  const output = join(folder, 'slim');
  const common = ['--no-cache', '--offline', '-q'];
  const program = [process.execPath, PROGRAM, 'harden'];
  const runEmit = (compression: string): readonly string[] => {
    const args = ['emit', target, '-o', `oci-dir=${output}`, '--compress', compression];
    return [...program, ...args, ...common];
  };
  const planArgs = ['plan', target, '-o', `json=${join(folder, 'plan.json')}`];
  return [
    {
      title: 'floor',
      command: [process.execPath, join(import.meta.dirname, 'floor.js'), ...listBlobs(layout)],
    },
    {
      title: 'plan',
      command: [...program, ...planArgs, ...common],
    },
    { title: 'emit', command: runEmit('none'), fresh: output },
    { title: 'emit with gzip', command: runEmit('gzip'), fresh: output },
  ];
}

function report(measurements: readonly Measurement[]): boolean {
  // CPU time, because other work on the machine changes the wall time.
  const [floor, plan, plain, packed] = measurements.map(({ cpuSeconds }) => cpuSeconds);
  if (floor === undefined || plan === undefined || plain === undefined || packed === undefined) {
    throw new Error('every candidate is measured');
  }
  for (const {
    title,
    wallSeconds,
    cpuSeconds = Number.NaN,
    peakBytes = Number.NaN,
  } of measurements) {
    const peak = `${Math.round(peakBytes / 1024 ** 2)} MiB`;
    console.log(
      `${title.padEnd(16)} ${wallSeconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, ${peak}`,
    );
  }
  const ratio = (plain - plan) / floor;
  const peaks = measurements.slice(2).map(({ peakBytes = 0 }) => peakBytes);
  const isFast = ratio <= FLOOR_RATIO_MAX;
  const share = Math.max(...peaks) / PEAK_BYTES_MAX;
  const isSmall = share <= 1;
  console.log(
    `emit without plan and compression: ${ratio.toFixed(2)} × floor (at most ${FLOOR_RATIO_MAX})`,
  );
  console.log(`compression: ${(packed - plain).toFixed(2)} s`);
  console.log(`memory: ${share.toFixed(2)} × the limit of ${PEAK_BYTES_MAX / 1024 ** 2} MiB`);
  return isFast && isSmall;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' } },
});
const [target = ''] = positionals;
if (!target.startsWith('oci-dir:')) {
  console.error('name a layout: npm run bench -- emit oci-dir:FOLDER');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-emit-'));
try {
  const candidates = createCandidates(target.slice('oci-dir:'.length), folder);
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const runs = Number(values.runs);
  process.exitCode = report(await measure(candidates, { runs, folder, environment })) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
