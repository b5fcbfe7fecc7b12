import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/foundation/core/limits.ts';
import { WorkCounter } from './count-work.ts';
import type { GrowingFiles, GrowingInput } from './growing/growing-input.ts';
import { isLayers, writeInput } from './growing/write-input.ts';

/**
 * Work with a limit for all files together may grow faster until the limit applies, so these limits
 * are small here.
 */
const SMALL: Limits = {
  ...DEFAULT_LIMITS,
  catalogerStepsMax: 5_000_000,
  dependenciesMax: 1_000,
  ownedFilesMax: 5_000,
};
/** Doubling one thing may double the work, plus a little for sorting. */
const GROWTH_MAX = 1.2;

/** Defines one test for each input. */
export function testGrowth(inputs: readonly GrowingInput[]): void {
  const counter = new WorkCounter();
  after(() => counter[Symbol.dispose]());
  describe('work and output grow at most like the input', () => {
    for (const input of inputs) {
      test(input.name, async () => {
        const { start } = input;
        // The first reading also prepares data that is created once.
        await measure(input, start, counter);
        const less = await measure(input, 2 * start, counter);
        const more = await measure(input, 4 * start, counter);
        // Some inputs grow faster than their count, such as the paths of nested directories.
        const most = Math.max(2, more.bytes / less.bytes) * GROWTH_MAX;
        const told = JSON.stringify({ less, more });
        assert(more.work <= less.work * most, `the work: ${told}`);
        assert(more.output <= less.output * most, `the output: ${told}`);
      });
    }
  });
}

async function measure(
  { make, isReachRequested = false }: GrowingInput,
  count: number,
  counter: WorkCounter,
) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-growth-'));
  try {
    const made = make(count);
    const target = writeInput(folder, made);
    counter.take();
    const inventory = await readInventory(target, {
      temporaryFolder: folder,
      limits: SMALL,
      isReachRequested,
      catalogers: { selectCatalogers: ['+sbom'] },
    });
    return { work: counter.take(), output: measureLength(inventory), bytes: sumBytes(made) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureLength({ packages, relationships, files, reach }: Inventory): number {
  return JSON.stringify({ packages, relationships, files, reach }).length;
}

/** Each file costs its name and more, regardless of its content. */
const FILE_BYTES = 200;
/** Each directory on the path of a file is looked up. */
const NAME_BYTES = 50;

function sumBytes(made: ReturnType<GrowingInput['make']>): number {
  const layers: readonly GrowingFiles[] = isLayers(made) ? made : [made];
  return layers
    .flatMap((files) => Object.entries(files))
    .reduce((sum, [path, file]) => {
      const { length } = typeof file === 'object' && 'link' in file ? file.link : file;
      return sum + FILE_BYTES + path.length + length + NAME_BYTES * path.split('/').length;
    }, 0);
}
