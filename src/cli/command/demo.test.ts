import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../run.ts';

async function runDemo(...flags: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const status = await run(['demo', ...flags], {
    environment: { HOME: '/nonexistent' },
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text), on: () => undefined, off: () => undefined },
    resources: new DisposableStack(),
  });
  return { status, stdout, stderr };
}

test('the demo reports fixed, unfixed and negligible findings', async () => {
  const { status, stdout } = await runDemo('-q');
  assert.equal(status, 0);
  assert.match(stdout, /^libssl1\.1 +1\.1\.1n-0\+deb11u3 +1\.1\.1n-0\+deb11u4 .*CVE-2023-0286/m);
  assert.match(stdout, /^coreutils +8\.32-4\+b1 +\(won't fix\) .*CVE-2016-2781 +Low/m);
  assert.match(stdout, /^tar .*CVE-2005-2541 +Negligible/m);
});

test('the demo does not report packages that its second layer upgraded or removed', async () => {
  const { stdout } = await runDemo('-q');
  assert.doesNotMatch(stdout, /zlib1g|CVE-2022-37434|ejs/);
});

test('the demo prints its stages and the next steps, and prints neither with -q', async () => {
  const { stderr } = await runDemo();
  assert.match(stderr, /^Cataloged contents: .*\d+ packages/m);
  assert.match(stderr, /plimsoll db update\n.*plimsoll image\.tar\n$/);
  assert.equal((await runDemo('-q')).stderr, '');
});

test('the demo prints the same bytes every time and leaves no files behind', async () => {
  const usual = process.env['TMPDIR'];
  const own = mkdtempSync(join(tmpdir(), 'plimsoll-demo-'));
  // Other programs on this machine use the default temporary directory.
  process.env['TMPDIR'] = own;
  try {
    const first = await runDemo('-q');
    assert.equal((await runDemo('-q')).stdout, first.stdout);
    assert.deepEqual(readdirSync(own), []);
  } finally {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    rmSync(own, { recursive: true, force: true });
  }
});
