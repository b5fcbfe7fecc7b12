import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundleCode } from '../../tools/release/executable.ts';

test('the code of the executable can be bundled, with the packages of the scanner only', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bundle-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const packages = await bundleCode(folder);
  assert.ok(existsSync(join(folder, 'plimsoll.js')));
  const names = packages.map((path) => path.split('/node_modules/').at(-1));
  assert.ok(names.includes('yaml'), names.join(', '));
  assert.ok(!names.some((name) => name === 'hono' || name === 'pg'), names.join(', '));
});
