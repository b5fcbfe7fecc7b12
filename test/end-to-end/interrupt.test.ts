import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startProgram } from '../support/run-program.ts';

const BIG_FOLDER = '/usr';
const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-interrupt-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const START_MS_MAX = 30_000;

async function waitForStart(temporary: string): Promise<void> {
  for (let waited = 0; readdirSync(temporary).length === 0; waited += 20) {
    assert(waited < START_MS_MAX, 'the run made its temporary folder');
    await pause(20);
  }
  await pause(200);
}

describe('a run over a large directory', {
  skip: existsSync(BIG_FOLDER) ? false : `${BIG_FOLDER} does not exist`,
}, () => {
  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`ends on ${signal}, and leaves nothing behind`, async () => {
      const temporary = mkdtempSync(join(FOLDER, 'tmp-'));
      const { child, ended } = startProgram(['sbom', `dir:${BIG_FOLDER}`], { TMPDIR: temporary });
      await waitForStart(temporary);
      child.kill(signal);
      const { status, stdout, stderr } = await ended;
      assert.deepEqual([status, stdout], [expected, '']);
      assert.match(stderr, new RegExp(`E_INTERRUPTED.*${signal}`));
      assert.deepEqual(readdirSync(temporary), []);
    });
  }
});
