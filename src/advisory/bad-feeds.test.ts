import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { UserError } from '../core/error.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { type BuildOptions, type BuildOutcome, buildDatabase } from './build-database.ts';
import { describeDatabase } from './describe-database.ts';
import { openDatabase } from './open-database.ts';
import { providers } from './provider/registry.generated.ts';

const OPTIONS: BuildOptions = {
  progress: SILENT,
  limits: DEFAULT_LIMITS,
  now: '2026-01-03T00:00:00Z',
};

function createAdvisory(name: string, more: object = {}): object {
  return {
    schema_version: '1.6.0',
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2025-01-01T00:00:00Z',
    affected: [{ package: { ecosystem: 'npm', name }, versions: ['1.0.0'] }],
    ...more,
  };
}

const GOOD = JSON.stringify(createAdvisory('left-pad'));

interface World {
  readonly folder: string;
  /** The database, which has one statement about `left-pad`. */
  readonly root: string;
}

async function createWorld(t: TestContext): Promise<World> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bad-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const root = path.join(folder, 'db');
  const file = path.join(folder, 'good.json');
  fs.writeFileSync(file, GOOD);
  await buildDatabase([{ provider: 'osv', file }], root, OPTIONS);
  return { folder, root };
}

/** Builds from one document. The old database must be usable after a failure. */
async function buildDocument(
  { folder, root }: World,
  document: string | Uint8Array,
  options: Partial<BuildOptions> = {},
): Promise<BuildOutcome | UserError> {
  const file = path.join(folder, 'bad.json');
  fs.writeFileSync(file, document);
  const before = listFiles(root);
  try {
    return await buildDatabase([{ provider: 'osv', file }], root, { ...OPTIONS, ...options });
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.deepEqual(listFiles(root), before, 'nothing is left behind');
    assert.equal(describeDatabase(root, true).isValid, true);
    using database = openDatabase(root);
    assert.equal(database.findPackage('npm', 'left-pad').length, 1);
    return error;
  }
}

function listFiles(folder: string): readonly string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

test('survives documents that are truncated or have flipped bits', async (t) => {
  const world = await createWorld(t);
  const document = Buffer.from(GOOD);
  for (let index = 0; index < document.length; index += 7) {
    await buildDocument(world, document.subarray(0, index));
    const flipped = Buffer.from(document);
    flipped[index] = (flipped[index] ?? 0) ^ (1 << (index % 8));
    await buildDocument(world, flipped);
    await buildDocument(world, GOOD);
  }
});

test('survives members of wrong types in the documents of every feed', async () => {
  const values = [null, true, 0, -1.5, '', 'x', [], [[]], [null], {}, { a: null }, { id: [] }];
  for (const feed of providers.filter((provider) => provider.kind === 'feed')) {
    for (const value of values) {
      for (const form of [
        value,
        [value],
        { id: value, name: value, affected: value, packages: value, vulnerabilities: value },
        { id: 'A-1', affected: [value], aliases: value, containers: value, document: value },
        { id: 'A-1', affected: [{ package: value, ranges: [value], versions: value }] },
        { document: { tracking: value, publisher: value }, product_tree: value },
        { distroversion: 'v3.20', packages: [{ pkg: { name: 'a', secfixes: { '1': value } } }] },
        { a: { 'CVE-2020-0001': { releases: { sid: value } } } },
      ]) {
        await readAll(feed, Buffer.from(JSON.stringify(form)));
      }
    }
  }
});

test('survives nesting of 100,000 levels in the documents of every feed', async () => {
  const levels = 100_000;
  for (const [start, open, close, end] of [
    ['', '[', ']', ''],
    ['', '{"a":', '}', ''],
    ['{"id":"A-1","affected":', '[', ']', '}'],
    ['', '<a>', '</a>', ''],
    ['', '- ', '', ''],
    ['', 'a:\n ', '', ''],
    ['a: ', '[', ']', ''],
    ['id: A-1\naffected:\n', '- ', '', ''],
  ] as const) {
    const nested = `${start}${open.repeat(levels)}1${close.repeat(levels)}${end}`;
    for (const feed of providers.filter((provider) => provider.kind === 'feed')) {
      await readAll(feed, Buffer.from(nested));
    }
  }
});

/** Reads a document; only `UserError`s are allowed. */
async function readAll(
  feed: Extract<(typeof providers)[number], { kind: 'feed' }>,
  document: Uint8Array,
): Promise<void> {
  try {
    const content = (async function* stream() {
      yield document;
    })();
    for await (const outcome of feed.read({ name: 'a/b.json', content }, DEFAULT_LIMITS)) {
      assert.ok('record' in outcome || 'facts' in outcome || outcome.cause !== '');
    }
  } catch (error) {
    const head = Buffer.from(document.subarray(0, 80)).toString('utf8');
    assert.ok(error instanceof UserError, `${feed.id}: ${head}: ${String(error)}`);
  }
}

test('stops at a line of 2 GB without keeping it in memory', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const limits = { ...DEFAULT_LIMITS, wholeFileBytesMax: 16 * 1024 * 1024 };
  for (const feed of providers.filter((provider) => provider.kind === 'feed')) {
    for (const start of ['"', '["', '{"a": "']) {
      let pieces = 0;
      const content = (async function* stream() {
        yield Buffer.from(start);
        for (; pieces < 2_048; pieces++) {
          yield piece;
        }
      })();
      await assert.rejects(
        async () => {
          for await (const _ of feed.read({ name: 'line.json', content }, limits)) {
            // Nothing of the line can be used.
          }
        },
        { code: 'E_LIMIT' },
      );
      assert.ok(pieces < 64, `${feed.id} read ${pieces} MiB`);
    }
  }
});

test('keeps each statement of documents with the same ID', async (t) => {
  const world = await createWorld(t);
  const documents = ['left-pad', 'left-pad', 'right-pad'].map((name) => createAdvisory(name));
  const built = await buildDocument(world, JSON.stringify(documents));
  assert.ok(!(built instanceof UserError));
  const account = built.accounts.get('osv');
  assert.deepEqual(account?.records, {
    read: 3,
    kept: 1,
    leftOut: { 'repeated without a change': 2 },
  });
  assert.deepEqual(account?.statements, {
    read: 3,
    kept: 2,
    leftOut: { 'repeated without a change': 1 },
  });
});

test('finds names with NUL, .., escape sequences and markup, and makes no files of them', async (t) => {
  const world = await createWorld(t);
  const names = [
    'a\0b',
    '../../etc/passwd',
    '\u001b[31mred\u001b]0;title\u0007',
    '<script>x</script>',
  ];
  const documents = names.map((name, index) =>
    createAdvisory(name, { id: `GHSA-aaaa-bbbb-ccc${index}`, summary: name }),
  );
  const built = await buildDocument(
    world,
    JSON.stringify([createAdvisory('left-pad'), ...documents]),
  );
  assert.ok(!(built instanceof UserError));
  using database = openDatabase(world.root);
  for (const name of names) {
    const [found] = database.findPackage('npm', name);
    // The key of a statement separates its parts by NUL.
    assert.equal(found?.packageName, name.replace('\0', '%00'));
  }
  const files = listFiles(world.root);
  assert.ok(files.every((file) => /^[\w./-]+$/.test(file) && !file.includes('..')));
});

test('refuses a feed that shrinks by half, unless the loss is accepted', async (t) => {
  const world = await createWorld(t);
  const many = Array.from({ length: 30 }, (_, index) => createAdvisory(`p${index}`));
  const few = many.slice(0, 14);
  const built = await buildDocument(world, JSON.stringify([createAdvisory('left-pad'), ...many]));
  assert.ok(!(built instanceof UserError));
  const refused = await buildDocument(world, JSON.stringify(few));
  assert.ok(refused instanceof UserError);
  assert.equal(refused.code, 'E_DB_LOSS');
  assert.match(refused.message, /lost 17 of 31 statements/);
  const accepted = await buildDocument(world, JSON.stringify(few), { isLossAccepted: true });
  assert.ok(!(accepted instanceof UserError));
});

test('builds if the clock was set back, and never dates a feed to the future', async (t) => {
  const world = await createWorld(t);
  const document = JSON.stringify([
    createAdvisory('left-pad', { modified: '2024-05-06T07:08:09Z' }),
    createAdvisory('right-pad', { modified: '2199-01-01T00:00:00Z' }),
  ]);
  for (const [now, expected] of [
    ['2026-01-03T00:00:00Z', '2024-05-06T07:08:09Z'],
    ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
    ['2199-01-02T00:00:00Z', '2199-01-01T00:00:00Z'],
  ] as const) {
    const built = await buildDocument(world, document, { now });
    assert.ok(!(built instanceof UserError));
    assert.equal(built.status.description?.builtAt, expected, now);
  }
});

test('reports a full disk, and keeps the old database', async (t) => {
  const world = await createWorld(t);
  const disk = path.join(world.folder, 'disk');
  fs.mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  if (mounted.status !== 0) {
    t.skip('mounting a small file system needs root');
    return;
  }
  try {
    const root = path.join(disk, 'db');
    const file = path.join(world.folder, 'good.json');
    await buildDatabase([{ provider: 'osv', file }], root, OPTIONS);
    const large = Array.from({ length: 3_000 }, (_, index) =>
      createAdvisory(`p${index}`, {
        id: `GHSA-${index}-bbbb-cccc`,
        // Compresses too little to fit.
        details: createHash('shake256', { outputLength: 750 }).update(`${index}`).digest('hex'),
      }),
    );
    const full = await buildDocument({ folder: world.folder, root }, JSON.stringify(large));
    assert.ok(full instanceof UserError);
    assert.equal(full.code, 'E_SPILL');
    assert.match(full.message, /^could not write the advisory database in ".*"/);
  } finally {
    execFileSync('umount', [disk]);
  }
});
