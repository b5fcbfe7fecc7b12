import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { reachRules } from '../../src/hardening/reach/rule/registry.generated.ts';
import { ROOT } from '../../tools/source-tree.ts';

test('each reach rule has tests in its own directory', () => {
  const untested = reachRules.flatMap(({ id }) => {
    const folder = join(ROOT, 'src', 'hardening', 'reach', 'rule', id);
    const isTested = readdirSync(folder).some(
      (name) =>
        name.endsWith('.test.ts') &&
        /\btest(?:Names)?\(/.test(readFileSync(join(folder, name), 'utf8')),
    );
    return isTested ? [] : [id];
  });
  assert.ok(reachRules.length > 20);
  assert.deepEqual(untested, []);
});
