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

test('the demo shows a scan with severities, the most severe first', async () => {
  const { status, stdout } = await runDemo('-q');
  assert.equal(status, 0);
  assert.match(stdout, /^\$ plimsoll scan sample\.oci\.tar\nNAME .*\ndpkg +1\.20\.9 .* Critical\n/);
  assert.match(stdout, /^39 findings: 5 critical, 9 high, 10 medium, 1 low, 14 negligible\.$/m);
  assert.match(stdout, /^Update 11 packages to fix 23 of 39 findings:$/m);
});

test('the demo shows that the SBOM of an image has the same findings', async () => {
  const { stdout } = await runDemo('-q');
  assert.match(stdout, /^39 findings in the image, 39 from its SBOM: 39 are the same\.$/m);
});

test('the demo explains a finding and compares two images', async () => {
  const { stdout } = await runDemo('-q');
  assert.match(stdout, /^CVE-2023-0286: high severity, libssl1\.1 /m);
  assert.match(stdout, /1\.1\.1n-0\+deb11u3 < 1\.1\.1n-0\+deb11u4: true/);
  assert.match(stdout, /sample:alpine-3\.10 leaves fewer to justify: 5 instead of at least 39\./);
});

test('the demo does not report packages that its second layer upgraded or removed', async () => {
  const { stdout } = await runDemo('-q');
  assert.doesNotMatch(stdout, /zlib1g 1|CVE-2022-37434|ejs/);
});

test('the demo has fewer than 40 lines and ends with the next command', async () => {
  const { stdout, stderr } = await runDemo();
  assert.ok(`${stdout}${stderr}`.trimEnd().split('\n').length < 40);
  assert.match(stderr, /^Next, .*plimsoll scan image\.tar\n$/);
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
