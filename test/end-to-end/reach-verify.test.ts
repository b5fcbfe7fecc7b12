import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createOciArchive, type SampleEntry } from '../../examples/sample-image.ts';
import { DecidedWorld } from '../support/decided-image.ts';
import { runProgram } from '../support/run-program.ts';

async function verifyImage(entries: readonly SampleEntry[], ...entrypoint: readonly string[]) {
  using world = new DecidedWorld();
  const file = join(world.folder, 'image.tar');
  const layers = [{ instruction: 'COPY . /', entries }];
  writeFileSync(file, createOciArchive({ reference: 'a:1', layers, entrypoint, labels: {} }));
  return await runProgram(['why', 'verify', `oci-archive:${file}`, '-q', '--no-cache'], {
    PLIMSOLL_CACHE_DIR: join(world.folder, 'cache'),
  });
}

const SHELL = { path: 'bin/sh', content: 'a shell', mode: 0o755 };
const SCRIPT = { path: 'start.sh', content: '#!/bin/sh\n/bin/sh -c true\n', mode: 0o755 };

suite('reach verify', () => {
  test('counts the steps with a valid witness', async () => {
    const { status, stdout } = await verifyImage([SHELL, SCRIPT], '/start.sh');
    assert.match(stdout, /^confirmed 2 of 2 steps\n$/);
    assert.equal(status, 0);
  });

  test('reports that a shell as entry point leaves everything open', async () => {
    const { status, stdout } = await verifyImage([SHELL], '/bin/sh');
    assert.match(
      stdout,
      /^confirmed 1 of 1 step\nNo file is rated unreachable: the entry point is a shell/,
    );
    assert.equal(status, 0);
  });

  test('fails if no step has a witness, with the reason', async () => {
    const { status, stdout, stderr } = await verifyImage([{ path: 'a', content: 'a' }], '/bin/sh');
    assert.equal(stdout, '');
    assert.match(stderr, /nothing to verify: .*(?:not in the image|the entry point is a shell)/);
    assert.equal(status, 3);
  });
});
