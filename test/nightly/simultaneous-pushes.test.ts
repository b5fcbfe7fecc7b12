import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNextOutput, runProgram, startProgram } from '../support/run-program.ts';
import { ServerWorld } from '../support/server-world.ts';

const PUSHES = 10;
/** All of them share the processors of the machine. */
const TIME_MS_MAX = 150_000;

test('ten processes that push during an update each get their verdict', async (t) => {
  using world = new ServerWorld();
  await world.importDatabase();
  world.writeTarget();
  const options = ['--server-dir', world.folder];
  const { child, ended } = startProgram(
    [
      'serve',
      ...options,
      '--db',
      world.database,
      '--db-max-age',
      '0',
      '--fail-on',
      'low',
      '--listen',
      '127.0.0.1:0',
    ],
    {},
    [],
    TIME_MS_MAX,
  );
  t.after(() => child.kill('SIGKILL'));
  await readNextOutput({ child, ended });
  const target = `dir:${world.target}`;
  const pushes = Array.from({ length: PUSHES }, async (_, index) => {
    const words = ['push', target, '--name', `app-${index}`, '-q', ...options];
    return await startProgram(words, {}, [], TIME_MS_MAX).ended;
  });
  await world.importDatabase(
    "UPDATE blobs SET value = replace(value, '< 1.1.24-r3', '< 1.1.20-r0')",
  );
  for (const [index, { status, stdout, stderr }] of (await Promise.all(pushes)).entries()) {
    // The update closes the only finding, which is unrated: a push comes before or after it.
    assert.match(stdout, new RegExp(`^pass: app-${index}: [01] findings? `), stderr);
    assert.equal(status, 0, `${stdout}${stderr}`);
  }
  child.kill('SIGTERM');
  assert.equal((await ended).status, 0);
  const verified = await runProgram(['serve', 'admin', 'verify', '--db-max-age', '0', ...options]);
  assert.match(verified.stdout, /^revision \d+, 10 images, \d components?: 0 differences\n$/);
});
