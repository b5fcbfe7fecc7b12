import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createOwnerTag } from '../folder-owner.ts';
import { lockUpdates } from './update-lock.ts';

const LOCK = 'update.lock';

function createDirectory(t: TestContext): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-lock-'));
  t.after(() => fs.rmSync(root, { recursive: true }));
  return root;
}

function countWaits(waitMsMax: number) {
  const told = { count: 0 };
  return { told, options: { waitMsMax, onWait: () => void (told.count += 1) } };
}

test('one process at a time holds the lock, and the next one follows', async (t) => {
  const root = createDirectory(t);
  const first = await lockUpdates(root, countWaits(0).options);
  assert.ok(first);
  assert.equal(await lockUpdates(root, countWaits(0).options), undefined);
  const { told, options } = countWaits(10_000);
  const waiting = lockUpdates(root, options);
  setTimeout(() => first[Symbol.dispose](), 300);
  using second = await waiting;
  assert.ok(second);
  assert.equal(told.count, 1);
  // A second release does nothing, because another process holds the lock now.
  first[Symbol.dispose]();
  assert.ok(fs.existsSync(path.join(root, LOCK)));
});

test('waiting for the lock times out', async (t) => {
  const root = createDirectory(t);
  using first = await lockUpdates(root, countWaits(0).options);
  assert.ok(first);
  const { told, options } = countWaits(300);
  assert.equal(await lockUpdates(root, options), undefined);
  assert.equal(told.count, 1);
});

test('takes over a lock of a dead process, or of an earlier process with our ID', async (t) => {
  const root = createDirectory(t);
  const { pid } = spawnSync(process.execPath, ['--version']);
  const host = createOwnerTag().split('-')[0] ?? '';
  for (const tag of [`${host}-${pid}`, createOwnerTag()]) {
    fs.writeFileSync(path.join(root, LOCK), tag);
    using lock = await lockUpdates(root, countWaits(0).options);
    assert.ok(lock, tag);
  }
  assert.deepEqual(fs.readdirSync(root), []);
});

test('respects a lock of another machine', async (t) => {
  const root = createDirectory(t);
  for (const tag of ['00000000-1', '']) {
    fs.writeFileSync(path.join(root, LOCK), tag);
    assert.equal(await lockUpdates(root, countWaits(0).options), undefined);
  }
});
