import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FileListing } from '../support/list-view.ts';
import { drawLayers } from '../support/random-layers.ts';
import { unpackOurselves } from '../support/unpacked-view.ts';

/** Results of containerd, recorded by `npm run oracle -- layers`, which compares many more. */
interface Sample {
  readonly seed: number;
  readonly answers: readonly (FileListing | 'refused')[];
}

const PATH = join(import.meta.dirname, '..', 'support', 'layers-sample.json');
const { seed, answers } = JSON.parse(readFileSync(PATH, 'utf8')) as Sample;

test('the sample has accepted and rejected images', () => {
  assert(answers.length >= 200);
  const refused = answers.filter((answer) => answer === 'refused').length;
  assert(refused >= 50 && answers.length - refused >= 80);
});

test('unpacks generated images like containerd', async () => {
  for (const [run, answer] of answers.entries()) {
    const { files, problems } = await unpackOurselves(drawLayers(seed, run));
    if (answer === 'refused') {
      assert.notDeepEqual(problems, [], `image ${run} is refused by containerd`);
    } else {
      assert.deepEqual({ run, files }, { run, files: answer });
    }
  }
});
