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

test('the demo compares two base images, with unrated findings as unknown', async () => {
  const { status, stdout } = await runDemo('-q');
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^alpine-3\.20 ships 64 packages fewer and leaves 6 findings .* instead of 52/m,
  );
  assert.match(
    stdout,
    /^findings +52 \(1 low, 41 negligible, 10 unknown\) +6 \(6 unknown\) +−46$/m,
  );
  assert.match(stdout, /its C library is musl, not glibc/);
});

test('the demo states the age of its data, and the age limit in every command', async () => {
  const { stdout } = await runDemo('-q');
  assert.match(stdout, /^# Sample data: advisories of February 2025, /);
  const commands = stdout.split('\n').filter((line) => line.startsWith('$ plimsoll '));
  assert.equal(commands.length, 5);
  const [withoutFindings, ...others] = commands.filter((line) => !line.includes('--db-max-age 0'));
  assert.match(withoutFindings ?? '', /^\$ plimsoll sbom /);
  assert.deepEqual(others, []);
});

test('the demo shows a scan with severities, the most severe first', async () => {
  const { stdout } = await runDemo('-q');
  assert.match(stdout, /^\$ plimsoll scan debian-\S+ .*\nNAME .*\ncoreutils +9\.7-3 .* Low\n/m);
  assert.match(stdout, /^52 findings: 1 low, 41 negligible, 10 unknown\.$/m);
});

test('the demo shows that the SBOM of an image has the same findings', async () => {
  const { stdout } = await runDemo('-q');
  assert.match(stdout, /^39 findings in the image, 39 from its SBOM: 39 are the same\.$/m);
});

test('the demo explains a finding with a comparison of versions', async () => {
  const { stdout } = await runDemo('-q');
  assert.match(stdout, /^CVE-2024-9143: unknown severity, libssl3 3\.3\.2-r0 /m);
  assert.match(stdout, /3\.3\.2-r0 < 3\.3\.2-r1: true/);
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
