import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.ts';
import { WorkCounter } from '../support/count-work.ts';
import { GROWING_INPUTS } from '../support/growing/growing-inputs.ts';
import { writeInput } from '../support/growing/write-input.ts';

/** What has a limit for all files together may grow faster until then: so these are small here. */
const SMALL: Limits = {
  ...DEFAULT_LIMITS,
  catalogerStepsMax: 5_000_000,
  dependenciesMax: 1_000,
  ownedFilesMax: 5_000,
};
/** Twice as much, and a little for what is sorted. */
const GROWTH_MAX = 2.35;

const counter = new WorkCounter();
after(() => counter[Symbol.dispose]());

describe('work and output grow no faster than the input', () => {
  for (const { name, start, make } of GROWING_INPUTS) {
    test(name, async () => {
      // The first reading also prepares what is made once.
      await measure(make(start));
      const less = await measure(make(2 * start));
      const more = await measure(make(4 * start));
      const told = JSON.stringify({ less, more });
      assert(more.work <= less.work * GROWTH_MAX, `the work: ${told}`);
      assert(more.output <= less.output * GROWTH_MAX, `the output: ${told}`);
    });
  }
});

async function measure(made: ReturnType<(typeof GROWING_INPUTS)[number]['make']>) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-growth-'));
  try {
    const target = writeInput(folder, made);
    counter.take();
    const inventory = await readInventory(target, { temporaryFolder: folder, limits: SMALL });
    return { work: counter.take(), output: lengthOf(inventory) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lengthOf({ packages, relationships, files }: Inventory): number {
  return JSON.stringify({ packages, relationships, files }).length;
}
