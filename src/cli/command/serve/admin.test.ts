import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ServerWorld } from '../../../../test/support/server-world.ts';
import { readInventory } from '../../../assess/read-inventory.ts';
import { Engine } from '../../../server/engine/engine.ts';
import { writeInventoryDocument } from '../../../server/engine/inventory-document.ts';
import { run } from '../../run.ts';

const NOW = '2026-01-04T00:00:00Z';
/** Leaves no statement, as a damaged feed would. */
const EMPTY = 'DELETE FROM affected_package_handles; DELETE FROM affected_cpe_handles;';

/** Opens a store with two images of one name, and runs "plimsoll serve admin" on it. */
async function openStore(t: TestContext) {
  const world = new ServerWorld();
  t.after(() => world[Symbol.dispose]());
  await world.importDatabase();
  const { folder, database, target, root } = world;
  const update = async (): Promise<void> => {
    await using engine = await Engine.open({ folder, database, maxAgeDays: 0 }, NOW);
    for (const version of ['1.1.20-r0', '1.1.19-r0']) {
      world.writeTarget(version);
      const inventory = await readInventory(`dir:${target}`, { temporaryFolder: root });
      const named = { ...inventory, target: { ...inventory.target, name: 'app' } };
      const document = writeInventoryDocument({ inventory: named, configuration: {} });
      await engine.push({ document, gates: {}, now: NOW });
    }
  };
  await update();
  const runAdmin = async (...words: readonly string[]) => {
    let [stdout, stderr] = ['', ''];
    const status = await run(['serve', 'admin', ...words, '--server-dir', folder, '-q'], {
      environment: { HOME: '/nonexistent', NO_COLOR: '1', SOURCE_DATE_EPOCH: '1767657600' },
      stdout: { write: (text) => void (stdout += text) },
      stderr: { write: (text) => void (stderr += text), on: () => undefined, off: () => undefined },
      resources: new DisposableStack(),
    });
    return { status, stdout, stderr };
  };
  const listActions = async (): Promise<readonly string[]> => {
    await using engine = await Engine.open({ folder, database, maxAgeDays: 0 }, NOW);
    return (await engine.access.listAudit(0, 100)).map(
      ({ actor, action, target: subject }) => `${actor} ${action} ${subject}`,
    );
  };
  return { world, update, runAdmin, listActions };
}

test('vetoes keep the images of a name until they are removed', async (t) => {
  const { runAdmin, listActions } = await openStore(t);
  const none = await runAdmin('veto', 'list');
  assert.equal(
    none.stdout,
    'There are no vetoes. Add one: plimsoll serve admin veto add IMAGE held REASON\n',
  );
  const added = await runAdmin('veto', 'add', 'app', 'deployed', 'runs in', '\u001b[31mproduction');
  assert.deepEqual([added.status, added.stdout], [0, '2 images kept as deployed\n']);
  const listed = await runAdmin('veto', 'list');
  assert.match(listed.stdout, /^IMAGE +KIND +AUTHOR +SINCE +REASON\n/);
  assert.match(
    listed.stdout,
    /^app \(1\) +deployed +local +\d{4}-\d\d-\d\d +runs in .*production$/m,
  );
  assert.match(listed.stdout, /^app \(2\) /m);
  const retired = await runAdmin('retire', '--older-than', '0', '--keep-each', '0', '--preview');
  assert.match(retired.stdout, /^image 1: app is kept, deployed by local: runs in /m);
  assert.match(retired.stdout, /^0 images would be retired, 2 kept$/m);
  for (const { stdout } of [added, listed, retired]) {
    assert.ok(!stdout.includes('\u001b'), 'no escape sequence reaches the terminal');
  }
  const other = await runAdmin('veto', 'remove', 'app', 'held');
  assert.equal(other.stdout, '0 images released\n');
  const removed = await runAdmin('veto', 'remove', 'app', 'deployed');
  assert.equal(removed.stdout, '2 images released\n');
  assert.match((await runAdmin('veto', 'list')).stdout, /^There are no vetoes/);
  assert.deepEqual(await listActions(), [
    'local admin veto add deployed app',
    'local admin veto remove held app',
    'local admin veto remove deployed app',
  ]);
});

test('a veto without its parts is an error that names them', async (t) => {
  const { runAdmin } = await openStore(t);
  const rows: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['veto'], 3, /unknown action "" .*\nhint: use one of add, list, remove/],
    [['veto', 'ad'], 3, /unknown action "ad" .*\nhint: did you mean "add"\?/],
    [['veto', 'add'], 3, /needs an image and one of deployed, released, held/],
    [['veto', 'add', 'app', 'forever'], 3, /needs an image and one of/],
    [['veto', 'add', 'app', 'held'], 3, /missing reason/],
    [['veto', 'remove', 'app'], 3, /needs an image and one of/],
    [['veto', 'add', 'other', 'held', 'audit'], 5, /E_IMAGE_UNKNOWN/],
  ];
  for (const [words, status, message] of rows) {
    const answer = await runAdmin(...words);
    assert.match(answer.stderr, message);
    assert.deepEqual([answer.status, answer.stdout], [status, ''], words.join(' '));
  }
});

test('a store goes back to an earlier database, and forward again', async (t) => {
  const { world, update, runAdmin, listActions } = await openStore(t);
  await world.importDatabase("UPDATE blobs SET value = replace(value, '1.1.24-r3', '1.1.24-r2')");
  await update();
  const listed = await runAdmin('advisories', 'list');
  assert.match(listed.stdout, /^DIGEST +BUILT +STATE\n/);
  const rows = listed.stdout.trim().split('\n').slice(1);
  assert.deepEqual(rows.map((row) => row.split(/ {2,}/)[2]?.trim()).sort(), ['in use', 'kept']);
  const [kept = ''] = rows.filter((row) => row.includes('kept'));
  const start = kept.slice(0, 6);
  const pinned = await runAdmin('advisories', 'pin', start, 'the last feed', 'was damaged');
  assert.match(
    pinned.stdout,
    /^pinned to [0-9a-f]{64}: a running server follows within seconds\n$/,
  );
  await update();
  const after = await runAdmin('advisories', 'list');
  assert.match(after.stdout, new RegExp(`^${start}.* in use`, 'm'));
  assert.match(
    after.stdout,
    new RegExp(`^Pinned to ${start}[0-9a-f]+ by local since .*: the last feed was damaged$`, 'm'),
  );
  const ended = await runAdmin('advisories', 'unpin');
  assert.equal(ended.stdout, 'the newest advisories are used again\n');
  assert.equal((await runAdmin('advisories', 'unpin')).stdout, 'nothing was pinned\n');
  await update();
  assert.match((await runAdmin('advisories', 'list')).stdout, new RegExp(`^${start}.* kept`, 'm'));
  const actions = await listActions();
  assert.deepEqual(
    actions.map((action) => action.replace(/[0-9a-f]{58,}/, '…')),
    [
      `local admin advisories pin ${start}…`,
      'local admin advisories unpin ',
      'local admin advisories unpin ',
    ].map((action) => action.replace(`${start}…`, '…')),
  );
});

test('a database that is held back is accepted by its digest', async (t) => {
  const { world, update, runAdmin } = await openStore(t);
  await world.importDatabase(EMPTY);
  await update();
  const listed = await runAdmin('advisories', 'list');
  const [held = ''] = listed.stdout.split('\n').filter((row) => row.includes('held back'));
  assert.match(held, /statements/);
  const accepted = await runAdmin('advisories', 'accept', held.slice(0, 8));
  assert.match(
    accepted.stdout,
    /^accepted [0-9a-f]{64}: a running server uses it within seconds\n$/,
  );
  await update();
  const after = await runAdmin('advisories', 'list');
  assert.match(after.stdout, new RegExp(`^${held.slice(0, 8)}.* in use`, 'm'));
});

test('an unknown or missing digest is an error', async (t) => {
  const { runAdmin } = await openStore(t);
  const rows: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['advisories', 'show'], 3, /unknown action "show" for "plimsoll serve admin advisories"/],
    [['advisories', 'pin'], 3, /needs a digest and a reason/],
    [['advisories', 'pin', 'abc'], 3, /needs a digest and a reason/],
    [['advisories', 'pin', 'zzz', 'why'], 5, /E_UPDATE_UNKNOWN/],
    [['advisories', 'accept', 'zzz'], 5, /E_UPDATE_UNKNOWN/],
  ];
  for (const [words, status, message] of rows) {
    const answer = await runAdmin(...words);
    assert.match(answer.stderr, message);
    assert.deepEqual([answer.status, answer.stdout], [status, ''], words.join(' '));
  }
});
