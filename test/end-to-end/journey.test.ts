import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { PROGRAM, ROOT } from '../support/run-program.ts';

/** Returns a port that nobody uses. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<number>();
  server.once('listening', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
  });
  return await promise;
}

test('the journey from a base image to an alert after release', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-journey-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'plimsoll');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(program, 0o755);
  const script = join(ROOT, 'examples', 'journey', 'journey.sh');
  const port = String(await findPort());
  const { PATH = '' } = process.env;
  const { stdout } = await promisify(execFile)(script, [folder], {
    env: {
      PATH,
      HOME: folder,
      NO_COLOR: '1',
      PLIMSOLL: program,
      RECEIVER_PORT: port,
      NODE: process.execPath,
    },
  });
  for (const expected of [
    /^alpine-3\.20 ships 64 packages fewer and leaves 6 findings to justify instead of 52;/m,
    /^hardened-image 1: 8 controls, 2 failed, .*\n(?:.*\n)*Left to justify: 5 of 5 \(5 findings\)\.$/m,
    /^sbom +verified /m,
    /^app\.tar: 5 findings \(5 unknown\) in 4 packages; image 1, 4 new components$/m,
    /^plimsoll\.change\.data CVE-2019-0000000: .*; 1 opened in 1$/m,
    /^Left to justify: 0 of 6\.\n3 signed justifications in force\.$/m,
  ]) {
    assert.match(stdout, expected);
  }
  const page = readFileSync(join(folder, 'evidence.html'), 'utf8');
  assert.match(page, /security@example\.org/);
  assert.match(page, /the service is only reachable from the build machines/);
  const docs = readFileSync(join(ROOT, 'docs', 'journey.md'), 'utf8');
  const shown = docs
    .split('\n')
    .filter((line) => /^(?:fail: sample|app\.tar: |plimsoll\.)/.test(line));
  assert.equal(shown.length, 3);
  for (const line of shown) {
    assert.ok(stdout.includes(line), line);
  }
});
