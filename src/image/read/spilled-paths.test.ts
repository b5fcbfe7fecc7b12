import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { createSpill } from './spill.ts';
import { SpilledPaths } from './spilled-paths.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-paths-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

test('restores paths across pages, in any order, including those without UTF-8', () => {
  using spill = createSpill({ folder: FOLDER, limits: DEFAULT_LIMITS });
  const paths = new SpilledPaths(spill);
  const given = Array.from(
    { length: 20_000 },
    (_, row) => `/dir-${row % 7}/ü${'x'.repeat(row % 300)}${row}`,
  );
  given[3] = '/lone-\ud800';
  given[4] = `/${'€'.repeat(60_000)}`;
  given[5] = '';
  for (const path of given) {
    paths.push(path);
  }
  assert.equal(paths.length, given.length);
  for (let step = 0; step < given.length; step++) {
    const row = (step * 7_919) % given.length;
    assert.equal(paths.getPath(row), given[row]);
  }
  assert(readdirSync(FOLDER).length > 0);
});

test('creates no file for few paths', () => {
  const spill = { create: () => assert.fail('a file was made') };
  const paths = new SpilledPaths(spill);
  paths.push('/a');
  paths.push('/b');
  assert.deepEqual([paths.getPath(1), paths.getPath(0)], ['/b', '/a']);
});
