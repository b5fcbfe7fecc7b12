import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createHostRoot, findSkipReason } from '../../src/hardening/trial/trial.fixture.ts';
import { createRootArchive, writeLayout } from '../conformance/root-images.ts';
import { runProgram } from '../support/run-program.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-harden-repair-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

/** A script that reads a file whose name is in another one, which no rule can follow. */
function createImage(): string {
  using root = createHostRoot({
    programs: ['sh', 'cat'],
    files: {
      '/srv/run.sh': '#!/bin/sh\nread -r name < /srv/name\ncat "$name"\n',
      '/srv/name': '/opt/data.txt\n',
      '/opt/data.txt': 'hello\n',
    },
  });
  const layer = createRootArchive(root.folder, join(SCRATCH, 'layer.tar'));
  const process = { Entrypoint: ['/bin/sh', '/srv/run.sh'], Env: ['PATH=/bin'] };
  return writeLayout(join(SCRATCH, 'original'), { layers: [layer], process });
}

describe('harden verify --repair', { skip: findSkipReason() }, () => {
  test('writes an image that behaves as before', async () => {
    const original = createImage();
    const slim = `oci-dir:${join(SCRATCH, 'slim')}`;
    const better = join(SCRATCH, 'better');
    const emitted = await runProgram([
      'harden',
      'emit',
      original,
      '-o',
      slim.replace(':', '='),
      '-q',
    ]);
    assert.equal(emitted.status, 0, emitted.stderr);
    const words = ['harden', 'verify', original, slim, '-q', '--start-seconds', '2'];
    const unused = await runProgram([...words, '-o', `oci-dir=${better}`]);
    assert.equal(unused.status, 3, unused.stderr);
    assert.match(unused.stderr, /only with --repair/);
    const repaired = await runProgram([...words, '--repair', '3', '-o', `oci-dir=${better}`]);
    assert.equal(repaired.status, 2, repaired.stderr);
    assert.match(repaired.stdout, /First missing file: \/opt\/data\.txt/);
    assert.ok(existsSync(join(better, 'index.json')), repaired.stdout + repaired.stderr);
    const again = await runProgram(['harden', 'verify', original, `oci-dir:${better}`, '-q']);
    assert.equal(again.status, 0, again.stdout + again.stderr);
  });
});
