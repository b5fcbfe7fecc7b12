import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import {
  APK,
  assertBounded,
  createManyFiles,
  readBounded,
  SKIP_MEMORY,
} from '../support/bounded-run.ts';
import { createZip, SEEDS } from '../support/fuzz-seed.ts';
import { ROOT, runProgram } from '../support/run-program.ts';

const BIG_FILE_BYTES = 30 * 1024 * 1024;
const GAUGE = pathToFileURL(join(ROOT, 'src', 'image', 'read', 'memory-gauge.ts')).href;

/** Yields programs, and Java archives that contain one, each of about `sizeBytes`. */
function* createBigFiles(count: number, sizeBytes: number): Generator<FixtureEntry> {
  const [elf] = SEEDS.executables;
  const content = Buffer.alloc(sizeBytes);
  for (let number = 0; number < count; number++) {
    content.set(elf ?? []);
    content.writeUInt32LE(number, sizeBytes - 4);
    yield { name: `opt/bin/program-${number}`, content };
    yield {
      name: `opt/lib/lib-${number}.0.jar`,
      content: createZip({
        'META-INF/MANIFEST.MF': `Implementation-Title: lib-${number}\nImplementation-Version: 1.0\n`,
        'data.bin': content,
      }),
    };
  }
}

// `npm run nightly` does the same with a million files.
describe('a memory-limited run', { skip: SKIP_MEMORY }, () => {
  test('stays below the limit over many empty files, and finds the same', async () => {
    await assertBounded(160, createManyFiles(150_000));
  });

  test('stays below the limit over large requested files, and finds the same', async () => {
    await assertBounded(160, [() => createBigFiles(6, BIG_FILE_BYTES), () => [APK]]);
  });

  test('reports the omitted parts, with a hint', async () => {
    const records = Array.from({ length: 12_000 }, (_, number) => `P:p${number}\nV:1\n\n`);
    const layers = [() => [{ ...APK, content: records.join('') }]];
    const { inventory } = await readBounded(192, layers);
    assert((inventory?.packages.length ?? 0) > 1_000);
    const [problem, ...others] = inventory?.problems ?? [];
    assert.deepEqual([problem?.code, others], ['P_LIMIT', []]);
    assert.match(
      problem?.message ?? '',
      /packagesMax is 8192; packagesMax was lowered because --max-memory allows 192 MiB; raise --max-memory$/,
    );
  });

  test('exits with a code and a hint if more memory is used than allowed', async () => {
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

test('rejects a limit too small for any work', async () => {
  const { status, stderr } = await runProgram([
    'sbom',
    import.meta.dirname,
    '--max-memory',
    '64MiB',
  ]);
  assert.equal(status, 3);
  assert.match(stderr, /^error\[E_USAGE\]: --max-memory is too small/);
});
