import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';

const ROOT = join(import.meta.dirname, '../../../..');

const PROGRAM = join(ROOT, 'test/support/hostile-expressions.ts');

suite('hostile expressions', () => {
  test('are rejected or end within their steps and 64 MB, and so do 10,000 random ones', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--max-old-space-size=64', PROGRAM],
      { encoding: 'utf8', timeout: 300_000 },
    );
    assert.equal(status, 0, stderr.slice(-2_000));
    const counts = JSON.parse(stdout) as Readonly<Record<string, number>>;
    for (const kind of ['rejected', 'true', 'false', 'unknown']) {
      assert.ok((counts[kind] ?? 0) > 500, stdout);
    }
    assert.equal(counts['steps'], 100_000);
    assert.ok((counts['slowest'] ?? 0) < 200, stdout);
  });
});
