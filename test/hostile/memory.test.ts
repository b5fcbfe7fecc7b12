import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { FixtureEntry } from '../../src/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { writeBigImage } from '../support/big-image.ts';
import { SEEDS, zipOf } from '../support/fuzz-seed.ts';
import { type MeasuredRun, measuredRun } from '../support/measured-run.ts';
import { PROGRAM, ROOT, runProgram } from '../support/run-program.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-memory-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const GAUGE = pathToFileURL(join(ROOT, 'src', 'read', 'memory-gauge.ts')).href;
const MIB = 1024 * 1024;
const isLinux = process.platform === 'linux';
const skip = isLinux ? false : 'memory is only measured on Linux';

let runs = 0;

interface Read {
  readonly run: MeasuredRun;
  readonly inventory: Inventory | undefined;
  readonly stderr: string;
}

async function read(image: string, ...args: readonly string[]): Promise<Read> {
  const world = join(FOLDER, String(runs++));
  mkdirSync(world);
  const [stdoutPath, stderrPath] = [join(world, 'out'), join(world, 'err')];
  const run = await measuredRun({
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

function* emptyFiles(count: number): Generator<FixtureEntry> {
  for (let number = 0; number < count; number++) {
    yield { name: `srv/data/${Math.floor(number / 1_000)}/file-${number}.txt` };
  }
}

const APK = {
  name: 'lib/apk/db/installed',
  content: 'P:musl\nV:1.2.5-r0\nA:x86_64\nF:srv/data/7\nR:file-7007.txt\n\n',
};
const GEMSPEC = {
  name: 'usr/lib/ruby/gems/3.3.0/specifications/rake-13.2.1.gemspec',
  content: 'Gem::Specification.new do |s|\n  s.name = "rake"\n  s.version = "13.2.1"\nend\n',
};

/** Programs, and Java archives that hold one, each of about `sizeBytes`. */
function* bigFiles(count: number, sizeBytes: number): Generator<FixtureEntry> {
  const [elf] = SEEDS.executables;
  const content = Buffer.alloc(sizeBytes);
  for (let number = 0; number < count; number++) {
    content.set(elf ?? []);
    content.writeUInt32LE(number, sizeBytes - 4);
    yield { name: `opt/bin/program-${number}`, content };
    yield {
      name: `opt/lib/lib-${number}.0.jar`,
      content: zipOf({
        'META-INF/MANIFEST.MF': `Implementation-Title: lib-${number}\nImplementation-Version: 1.0\n`,
        'data.bin': content,
      }),
    };
  }
}

describe('a run whose memory is bounded', { skip }, () => {
  const IMAGES = [
    {
      title: 'a million empty files',
      memoryMiB: 256,
      leastMiB: 280,
      layers: [
        function* lower() {
          yield* emptyFiles(1_000_000);
          yield APK;
          yield GEMSPEC;
        },
        function* upper() {
          yield { name: 'srv/data/.wh.8' };
          yield { name: 'srv/data/7/file-7007.txt', content: 'changed' };
          yield { name: 'usr/bin/ruby', typeFlag: '2', linkName: '../../srv/data/7/file-7007.txt' };
        },
      ],
    },
    {
      title: 'many big files that are wanted',
      memoryMiB: 192,
      leastMiB: 0,
      layers: [() => bigFiles(12, 30 * MIB), () => [APK]],
    },
  ];
  for (const { title, memoryMiB, leastMiB, layers } of IMAGES) {
    test(`stays below it over ${title}, and finds the same`, async () => {
      const image = join(FOLDER, 'image.tar');
      writeBigImage(image, layers);
      const unbound = await read(image);
      const bound = await read(image, '--max-memory', `${memoryMiB}MiB`);
      rmSync(image);
      assert.deepEqual([unbound.run.status, bound.run.status], [0, 0], bound.stderr);
      assert((bound.inventory?.packages.length ?? 0) > 0);
      assert.deepEqual(bound.inventory, unbound.inventory);
      assert(bound.run.temporaryBytes > unbound.run.temporaryBytes, 'nothing was spilled');
      assert(bound.run.memoryBytes <= memoryMiB * MIB, `${bound.run.memoryBytes} bytes`);
      assert(unbound.run.memoryBytes > leastMiB * MIB, 'it would have stayed below without');
    });
  }

  test('says what it left out, and what to do about it', async () => {
    const image = join(FOLDER, 'packages.tar');
    const records = Array.from({ length: 12_000 }, (_, number) => `P:p${number}\nV:1\n\n`);
    writeBigImage(image, [() => [{ ...APK, content: records.join('') }]]);
    const { inventory, run } = await read(image, '--max-memory', '192MiB');
    assert(run.memoryBytes <= 192 * MIB, `${run.memoryBytes} bytes`);
    assert((inventory?.packages.length ?? 0) > 1_000);
    const [problem, ...others] = inventory?.problems ?? [];
    assert.deepEqual([problem?.code, others], ['P_LIMIT', []]);
    assert.match(
      problem?.message ?? '',
      /of packagesMax, .*packagesMax is lowered since --max-memory allows 192 MiB; raise that\.$/,
    );
  });

  test('ends with a code and the next step where more is held than may be', async () => {
    const script = `
      import { setImmediate } from 'node:timers/promises';
      import { createMemoryGauge } from ${JSON.stringify(GAUGE)};
      const gauge = createMemoryGauge(160 * 1024 * 1024);
      for (let round = 0; round < 100; round++) {
        Buffer.alloc(8 * 1024 * 1024, 1);
        gauge.look();
        await setImmediate();
      }
      console.log('garbage is no matter');
      const held = [];
      for (let round = 0; round < 100; round++) {
        held.push(Buffer.alloc(8 * 1024 * 1024, 1));
        gauge.look();
      }`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { encoding: 'utf8' },
    );
    assert.equal(stdout, 'garbage is no matter\n');
    assert.match(stderr, /E_MEMORY/);
    assert.match(stderr, /needs more than the 160 MiB that --max-memory allows/);
  });
});

test('a bound in which nothing could be done is refused', async () => {
  const { status, stderr } = await runProgram(['sbom', FOLDER, '--max-memory', '64MiB']);
  assert.equal(status, 3);
  assert.match(stderr, /^error\[E_USAGE\].*are too little/);
});
