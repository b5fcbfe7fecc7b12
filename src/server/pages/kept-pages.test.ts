import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeRandomFleet } from '../../../test/support/random-fleet.ts';
import { readLastId } from '../store/last-id.ts';
import { Store } from '../store/store.ts';
import { KeptPages, type ReadFacts, watchFacts } from './kept-pages.ts';
import type { PageCaller } from './page.ts';
import { type PageAnswer, PageReader } from './page-reader.ts';

const NOW = Date.parse('2026-01-06T00:00:00Z');
const ROLES = ['viewer', 'triager', 'approver', 'operator', 'auditor'];
const ADA: PageCaller = { id: 'ada', name: 'Ada', roles: ROLES };
const BOB: PageCaller = { id: 'bob', name: 'Bob', roles: ['viewer'], closed: ['settings'] };
const ADDRESSES = [
  '/',
  '/due',
  '/changes',
  '/images',
  '/images/7',
  '/findings',
  '/exposure?package=package-7',
  '/review',
  '/compliance',
  '/timeline',
  '/search?q=package-1',
  '/health',
  '/settings',
];

function createAnswer(body: string): PageAnswer {
  return { status: 200, type: 'html', body };
}

async function openFleet(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using store = await Store.open({ folder });
  await writeRandomFleet(store, { images: 30, components: 40, packagesEach: 8, seed: 8 });
  return folder;
}

async function ask(reader: PageReader, address: string, sender: object): Promise<PageAnswer> {
  const { pathname, search } = new URL(address, 'http://127.0.0.1');
  const request = { path: pathname, query: search, now: NOW, known: '', ...sender };
  return await reader.answerRequest(request);
}

test('a kept page equals one that is created for the same sender', async (t) => {
  const folder = await openFleet(t);
  await using used = await PageReader.open({ folder });
  const senders = [
    { caller: ADA, formToken: 'token-of-ada', visited: NOW - 3_600_000 },
    { caller: BOB, formToken: 'token-of-bob' },
    { caller: { ...BOB, id: 'eve', closed: [] }, formToken: 'token-of-eve' },
    {},
  ];
  for (const address of ADDRESSES) {
    for (const sender of senders) {
      await ask(used, address, sender);
    }
    for (const sender of senders) {
      const kept = await ask(used, address, sender);
      const others = senders.flatMap(({ formToken }) => formToken ?? []);
      for (const other of others.filter((one) => one !== sender.formToken)) {
        assert.ok(!kept.body.includes(other), `${address} has ${other}`);
      }
      await using fresh = await PageReader.open({ folder });
      assert.deepEqual(kept, await ask(fresh, address, sender), address);
    }
  }
});

test('a page after preparing equals one of a reader that did not, even after a change', async (t) => {
  const folder = await openFleet(t);
  await using store = await Store.open({ folder });
  await using prepared = await PageReader.open({ folder });
  for (const kind of ['data', 'decision'] as const) {
    await store.runTransaction(async ({ db, writeRows }) => {
      const id = (await readLastId(db, 'revision')) + 1;
      const counts = { matched: 1, opened: 0, closed: 1 };
      await writeRows('revision', [{ id, kind, at: NOW, generation: 'none', ...counts }]);
      await db
        .updateTable('match')
        .set({ closed: id })
        .where('component', '=', id % 40)
        .execute();
    });
    await prepared.prepare(NOW);
    for (const address of ADDRESSES) {
      const page = await ask(prepared, address, { caller: ADA });
      await using fresh = await PageReader.open({ folder });
      assert.deepEqual(page, await ask(fresh, address, { caller: ADA }), address);
    }
  }
});

test('a change of the store, a minute and another address make another page', async (t) => {
  const folder = await openFleet(t);
  await using reader = await PageReader.open({ folder });
  const first = await ask(reader, '/findings', { caller: ADA });
  assert.equal((await ask(reader, '/findings', { caller: ADA })).body, first.body);
  const later = await ask(reader, '/findings', { caller: ADA, now: NOW + 60_000 });
  assert.notEqual(later.body, first.body);
  await using store = await Store.open({ folder });
  await store.runTransaction(async ({ db }) => {
    await db.updateTable('match').set({ closed: 1 }).where('severity', '>', 2).execute();
  });
  assert.notEqual((await ask(reader, '/findings', { caller: ADA })).body, first.body);
});

test('a page is kept for those whose read facts are equal', () => {
  const pages = new KeptPages<PageAnswer>();
  const read: ReadFacts = new Map();
  const context = watchFacts({ caller: ADA, formToken: 'secret', visited: 1 }, read);
  assert.deepEqual([...read], []);
  assert.equal(context.caller?.roles.includes('triager'), true);
  assert.equal(context.caller?.closed, undefined);
  assert.deepEqual([...read.keys()], ['caller', 'caller.roles', 'caller.closed']);
  pages.keepPage('key', read, createAnswer('for triagers'));
  assert.equal(pages.findEqual('key', { caller: { ...ADA, id: 'eve' } })?.body, 'for triagers');
  assert.equal(pages.findEqual('key', { caller: BOB }), undefined);
  assert.equal(pages.findEqual('key', {}), undefined);
  assert.equal(pages.findEqual('other', { caller: ADA }), undefined);
});

test('everything that is copied from a sender counts as read', () => {
  const read: ReadFacts = new Map();
  const context = watchFacts({ caller: ADA, formToken: 'secret' }, read);
  const { caller } = { ...context };
  assert.deepEqual({ ...caller }, ADA);
  assert.deepEqual([...read.keys()].sort(), [
    '*',
    'caller',
    'caller.*',
    'caller.id',
    'caller.name',
    'caller.roles',
    'formToken',
  ]);
});

test('a copy also depends on the facts that its sender lacks', () => {
  const pages = new KeptPages<PageAnswer>();
  const read: ReadFacts = new Map();
  const sender: { readonly visited?: number } = { ...watchFacts({}, read) };
  assert.equal(sender.visited, undefined);
  pages.keepPage('key', read, createAnswer('for nobody in particular'));
  assert.equal(pages.findEqual('key', { visited: 1 }), undefined);
  assert.equal(pages.findEqual('key', { formToken: 'secret' }), undefined);
  assert.equal(pages.findEqual('key', {})?.body, 'for nobody in particular');
});

test('the oldest pages are dropped', () => {
  const pages = new KeptPages<PageAnswer>(10);
  pages.keepPage('a', new Map(), createAnswer('12345'));
  pages.keepPage('b', new Map(), createAnswer('12345'));
  pages.keepPage('c', new Map(), createAnswer('1'));
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => pages.findEqual(key, {})?.body),
    [undefined, '12345', '1'],
  );
  pages.keepPage('d', new Map(), createAnswer('12345678901'));
  assert.equal(pages.findEqual('d', {}), undefined);
});
