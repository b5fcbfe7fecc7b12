import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { writeBigImage } from './big-image.ts';
import { type MeasuredRun, runMeasured } from './measured-run.ts';
import { PROGRAM } from './run-program.ts';

const MIB = 1024 * 1024;

export const SKIP_MEMORY =
  process.platform === 'linux' ? false : 'memory is only measured on Linux';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-memory-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

let runs = 0;

type Layers = readonly (() => Iterable<FixtureEntry>)[];

interface Read {
  readonly run: MeasuredRun;
  readonly inventory: Inventory | undefined;
  readonly stderr: string;
}

/** Reads an image with the built program, and measures its cost. */
async function read(image: string, ...args: readonly string[]): Promise<Read> {
  const world = join(FOLDER, String(runs++));
  mkdirSync(world);
  const [stdoutPath, stderrPath] = [join(world, 'out'), join(world, 'err')];
  const run = await runMeasured({
    args: ['--no-warnings', PROGRAM, 'sbom', image, '-o', 'json', '--no-cache', ...args],
    environment: { PATH: process.env['PATH'] ?? '', HOME: world, TMPDIR: world },
    cwd: world,
    stdoutPath,
    stderrPath,
    temporary: world,
    msMax: 240_000,
    memoryBytesMax: 2_048 * MIB,
  });
  const stdout = readFileSync(stdoutPath, 'utf8');
  const inventory =
    stdout === '' ? undefined : (JSON.parse(stdout) as { inventory: Inventory }).inventory;
  return { run, inventory, stderr: readFileSync(stderrPath, 'utf8') };
}

/** Reads an image of these layers within the given amount of memory. */
export async function readBounded(memoryMiB: number, layers: Layers): Promise<Read> {
  const image = join(FOLDER, 'image.tar');
  writeBigImage(image, layers);
  const bounded = await read(image, '--max-memory', `${memoryMiB}MiB`);
  assert(bounded.run.memoryBytes <= memoryMiB * MIB, `${bounded.run.memoryBytes} bytes`);
  return bounded;
}

/**
 * Asserts that a bounded run over the image stays below the bound, keeps less in memory than an
 * unbounded one, and finds the same.
 */
export async function assertBounded(memoryMiB: number, layers: Layers): Promise<void> {
  const bounded = await readBounded(memoryMiB, layers);
  const unbounded = await read(join(FOLDER, 'image.tar'));
  assert.deepEqual([unbounded.run.status, bounded.run.status], [0, 0], bounded.stderr);
  assert((bounded.inventory?.packages.length ?? 0) > 0);
  assert.deepEqual(bounded.inventory, unbounded.inventory);
  assert(bounded.run.temporaryBytes > unbounded.run.temporaryBytes, 'something was spilled');
  assert(bounded.run.memoryBytes < unbounded.run.memoryBytes, 'the bound saved memory');
}

export const APK = {
  name: 'lib/apk/db/installed',
  content: 'P:musl\nV:1.2.5-r0\nA:x86_64\nF:srv/data/7\nR:file-7007.txt\n\n',
};
const GEMSPEC = {
  name: 'usr/lib/ruby/gems/3.3.0/specifications/rake-13.2.1.gemspec',
  content: 'Gem::Specification.new do |s|\n  s.name = "rake"\n  s.version = "13.2.1"\nend\n',
};

/** Creates layers of that many empty files, some of which the upper layer changes. */
export function createManyFiles(count: number): Layers {
  return [
    function* lower() {
      yield* createEmptyFiles(count);
      yield APK;
      yield GEMSPEC;
    },
    function* upper() {
      yield { name: 'srv/data/.wh.8' };
      yield { name: 'srv/data/7/file-7007.txt', content: 'changed' };
      yield { name: 'usr/bin/ruby', typeFlag: '2', linkName: '../../srv/data/7/file-7007.txt' };
    },
  ];
}

function* createEmptyFiles(count: number): Generator<FixtureEntry> {
  for (let number = 0; number < count; number++) {
    yield { name: `srv/data/${Math.floor(number / 1_000)}/file-${number}.txt` };
  }
}
