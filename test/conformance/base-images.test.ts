import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { present } from '../../src/foundation/core/assert.ts';
import { ROOT } from '../support/run-program.ts';
import {
  buildFeedDatabase,
  COMPARE_OPTIONS,
  createBaseImages,
  listImageFiles,
  runSuccessfully,
} from './base-images.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const found = findSharedMaterial();

/** Lines of a comparison that both images and SBOMs determine. */
const STORY = /^(?:system|findings|findings to justify|packages) {2}/;

/** Returns the conclusion and these rows, without the width of the columns. */
function readStory(comparison: string): readonly string[] {
  const [conclusion = '', ...rows] = comparison.split('\n');
  const shown = rows.filter((row) => STORY.test(row)).map((row) => row.replaceAll(/ {2,}/g, ' | '));
  return [conclusion, ...shown];
}

suite('the base images of the demo', { skip: found === undefined ? SKIP_REASON : false }, () => {
  const shared = found ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'base-images-'));
  let cache = '';
  let story: readonly string[] = [];

  before(async () => {
    cache = await buildFeedDatabase(shared, folder);
    const args = ['compare', ...listImageFiles(shared), ...COMPARE_OPTIONS];
    story = readStory(await runSuccessfully(args, cache));
  });

  after(() => rmSync(folder, { recursive: true }));

  test('equal the facts of the recorded images and of the feed', async () => {
    for (const [name, text] of await createBaseImages(shared, cache)) {
      const stored = readFileSync(join(ROOT, 'examples', name), 'utf8');
      assert.equal(stored, text, `run: node test/conformance/base-images.ts (${name})`);
    }
  });

  test('the images have unrated findings, which are counted as unknown', () => {
    assert.equal(story.length, 5, story.join('\n'));
    assert.match(present(story[2], 'findings'), /^findings \| \d+ \(.*\d+ unknown\) \| /);
  });

  test('the demo shows the packages, findings and conclusion of the images', async () => {
    const demo = await runSuccessfully(['demo', '-q'], cache);
    const [, comparison = ''] = /^\$ plimsoll compare .*\n([^]*?)\n\n\$ /m.exec(demo) ?? [];
    assert.deepEqual(readStory(comparison), story);
  });

  test('README and the page about databases show them as well', () => {
    const [conclusion = '', ...rows] = story;
    for (const page of ['README.md', 'docs/database.md']) {
      const text = readFileSync(join(ROOT, page), 'utf8').replaceAll(/\s*\n(?=\S)/g, '\n');
      const shown = text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));
      const flat = text.replaceAll('\n', ' ');
      assert.ok(flat.includes(conclusion), `${page}: ${conclusion}`);
      for (const row of rows) assert.ok(shown.includes(row), `${page}: ${row}`);
    }
  });
});
