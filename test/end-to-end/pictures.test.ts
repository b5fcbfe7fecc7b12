import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildDatabase, drawTerminals } from '../../tools/pictures.ts';
import { ROOT } from '../../tools/source-tree.ts';

const cache = mkdtempSync(join(tmpdir(), 'plimsoll-pictures-test-'));
after(() => rmSync(cache, { recursive: true }));

const PICTURES = join(ROOT, 'docs', 'pictures');

test('the pictures of terminals show what the program prints', () => {
  buildDatabase(cache);
  for (const [name, picture] of drawTerminals(cache)) {
    const recorded = readFileSync(join(PICTURES, name), 'utf8');
    assert.equal(recorded, picture, `${name}: run "npm run generate -- pictures"`);
  }
});

test('the pictures of pages are small', () => {
  for (const name of ['scan.png', 'compare.png']) {
    assert.ok(statSync(join(PICTURES, name)).size <= 150 * 1024, name);
  }
});
