import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import zlib from 'node:zlib';
import { writeAdvisorySource } from '../../test/support/advisory-database.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { exportDatabase } from './database-archive.ts';
import { describeDatabase } from './describe-database.ts';
import { digestFile } from './digest-file.ts';
import { fillDatabase } from './fill-database.ts';
import { findCurrentGeneration } from './generation.ts';
import { MANIFEST_FILE, type Manifest, type ShardEntry, toShardPath } from './manifest.ts';
import { PageFile } from './page-file/page-file.ts';
import { PageFileWriter } from './page-file/page-file-writer.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';
import { META_SECTIONS, SECTIONS } from './schema.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };
const NPM = 'ecosystem-npm';
const ALPINE = 'os-alpine';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Forge = (manifest: Writable<Manifest>, generation: string) => void;

/** Exports a database after its manifest was forged. */
function exportForged(folder: string, root: string, forge: Forge): string {
  const generation = findCurrentGeneration(root) ?? '';
  const manifestFile = path.join(generation, MANIFEST_FILE);
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8')) as Manifest;
  forge(manifest, generation);
  fs.writeFileSync(manifestFile, JSON.stringify(manifest));
  const pieces: Uint8Array[] = [];
  exportDatabase(root, (piece) => pieces.push(Uint8Array.from(piece)));
  const archive = path.join(folder, 'forged.tar');
  fs.writeFileSync(archive, Buffer.concat(pieces));
  return archive;
}

/** Replaces members of the entry of one shard. */
function change(name: string, members: (shard: ShardEntry) => Partial<ShardEntry>): Forge {
  return (manifest) => {
    manifest.shards = manifest.shards.map((shard) =>
      shard.name === name ? { ...shard, ...members(shard) } : shard,
    );
  };
}

/** Updates the size and digest in the entry of a shard that was changed. */
function describe(name: string, digest: string): Forge {
  return (manifest, generation) => {
    const { size, mtimeMs } = fs.statSync(toShardPath(generation, name));
    const modifiedSeconds = Math.floor(mtimeMs / 1000);
    change(name, () => ({ sizeBytes: size, digest, modifiedSeconds }))(manifest, generation);
  };
}

/** Changes a shard of schema 3, whose entry then has the right size and digest. */
function execute(name: string, sql: string): Forge {
  return (manifest, generation) => {
    const file = toShardPath(generation, name);
    using database = new DatabaseSync(file);
    database.exec(sql);
    describe(name, digestFile(file))(manifest, generation);
  };
}

/**
 * Writes a shard again with other values, whose entry then has the right size and digest. `edit`
 * returns the new value, or `undefined` to remove the entry.
 */
function rewrite(name: string, edit: (key: string, value: string) => string | undefined): Forge {
  return (manifest, generation) => {
    const target = toShardPath(generation, name);
    const digest = manifest.shards.find((shard) => shard.name === name)?.digest ?? '';
    const entries: (readonly [string, string])[] = [];
    {
      using file = new PageFile(name, target, digest);
      for (const { key, value } of file.readEntries()) {
        const edited = edit(key, value.toString());
        entries.push(...(edited === undefined ? [] : [[key, edited] as const]));
      }
    }
    fs.rmSync(target);
    using writer = new PageFileWriter(target);
    for (const [key, value] of entries) {
      writer.addEntry(key, Buffer.from(value));
    }
    describe(name, writer.finishFile().root)(manifest, generation);
  };
}

const changeCounts = (counts: Partial<ShardEntry['counts']>): Forge =>
  change(NPM, (shard) => ({ counts: { ...shard.counts, ...counts } }));

const FORGED: readonly (readonly [title: string, forge: Forge, message: RegExp])[] = [
  [
    'its manifest declares more affected statements',
    changeCounts({ affected: 30 }),
    /has 1 "affected" in the shard ecosystem-npm, but its manifest declares 30/,
  ],
  [
    'its manifest declares more unaffected statements',
    changeCounts({ unaffected: 30 }),
    /has 0 "unaffected"/,
  ],
  ['its manifest declares more keys', changeCounts({ keys: 30 }), /has 1 "keys"/],
  ['its manifest declares more contents', changeCounts({ contents: 30 }), /has 1 "contents"/],
  ['its manifest declares more records', changeCounts({ records: 30 }), /has 1 "records"/],
  [
    'its manifest declares another provider',
    change(NPM, () => ({ providers: ['github', 'nvd'] })),
    /"providers" in the shard ecosystem-npm/,
  ],
  [
    'its manifest declares no counts',
    change(NPM, () => ({ counts: {} as ShardEntry['counts'] })),
    /declares undefined/,
  ],
  [
    'its manifest declares statements of the shard meta',
    change('meta', ({ counts }) => ({ counts: { ...counts, affected: 9 } })),
    /has 0 "affected" in the shard meta/,
  ],
  [
    'its manifest declares another family',
    change(ALPINE, () => ({ family: 'debian' })),
    /lists the shard os-alpine twice or with another kind or family/,
  ],
  [
    'its manifest declares another kind',
    change(ALPINE, () => ({ kind: 'records' })),
    /lists the shard os-alpine twice/,
  ],
  [
    'its manifest lists a shard twice',
    (manifest) => void (manifest.shards = [...manifest.shards, ...manifest.shards]),
    /twice/,
  ],
  [
    'it has no shard meta',
    (manifest, generation) => {
      manifest.shards = manifest.shards.filter(({ name }) => name !== 'meta');
      fs.rmSync(toShardPath(generation, 'meta'));
    },
    /has no shard "meta"/,
  ],
  [
    'statements of a shard were deleted',
    rewrite(NPM, (key, value) => (key.startsWith(SECTIONS.statement) ? undefined : value)),
    /has 0 "keys" in the shard ecosystem-npm/,
  ],
  [
    'its shard meta declares more statements about a release',
    rewrite('meta', (key, value) =>
      key.startsWith(META_SECTIONS.system) ? value.replace(/,\d+,(\d+)\]$/, ',900,$1]') : value,
    ),
    /but its shard "meta" declares 900/,
  ],
];

/** Returns an export of the sample database by the version that wrote schema 3. */
function unpackSchema3(folder: string): string {
  const archive = path.join(folder, 'schema-3.tar');
  const stored = fs.readFileSync(
    path.join(import.meta.dirname, '../../test/support/database-schema-3.tar.gz'),
  );
  fs.writeFileSync(archive, zlib.gunzipSync(stored));
  return archive;
}

suite('an exported database', () => {
  const importForged = async (t: TestContext, forge: Forge, source = writeGrypeDatabase) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-manifest-'));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const root = path.join(folder, 'db');
    await fillDatabase(source(folder), root, OPTIONS);
    const archive = exportForged(folder, root, forge);
    return { root: path.join(folder, 'other'), archive };
  };

  for (const [title, forge, message] of FORGED) {
    test(`is rejected if ${title}`, async (t) => {
      const { root, archive } = await importForged(t, forge);
      await assert.rejects(fillDatabase(archive, root, OPTIONS), { code: 'E_DB_IMPORT', message });
      assert.equal(describeDatabase(root).isValid, false);
    });
  }

  const damages: readonly (readonly [title: string, forge: Forge])[] = [
    [
      'a shard declares more statements about a release',
      rewrite(ALPINE, (key, value) => (key.startsWith(SECTIONS.coverage) ? '[900,0]' : value)),
    ],
    ['a statement is malformed', rewrite(NPM, (_, value) => value.replaceAll('\t', ' '))],
  ];
  for (const [title, forge] of damages) {
    test(`is rejected as damaged if ${title}`, async (t) => {
      const { root, archive } = await importForged(t, forge);
      await assert.rejects(fillDatabase(archive, root, OPTIONS), { code: 'E_DB_INVALID' });
    });
  }

  test('of schema 3 is rejected if rows were deleted, a shard has a view or a page is missing', async (t) => {
    const cases = [
      [ALPINE, 'DELETE FROM package_keys', /has 0 "keys" in the shard os-alpine/],
      [ALPINE, 'CREATE VIEW bomb AS SELECT hex(zeroblob(450000000)) AS key', /"bomb" has or is a/],
      [NPM, 'UPDATE content_pages SET first = first + 1', /the shard ecosystem-npm .* is damaged/],
      [
        'meta',
        `UPDATE operating_systems SET value = json_set(value, '$.coverage.statements', 900)`,
        /but its shard "meta" declares 900/,
      ],
    ] as const;
    for (const [name, sql, message] of cases) {
      const { root, archive } = await importForged(t, execute(name, sql), unpackSchema3);
      await assert.rejects(fillDatabase(archive, root, OPTIONS), { message });
    }
  });

  test('is accepted if its manifest is true', async (t) => {
    const { root, archive } = await importForged(t, () => undefined);
    assert.equal((await fillDatabase(archive, root, OPTIONS)).isValid, true);
  });
});

test('a database that lost most statements is rejected although its manifest declares all', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-manifest-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const fill = async (name: string, count: number): Promise<string> => {
    const source = path.join(folder, `${name}-source.db`);
    const ranges = [{ scheme: 'semver', constraint: '< 2', fix: '2' }];
    const statements = Array.from({ length: count }, (_, index) => ({
      id: `CVE-2030-${1000 + index}`,
      ecosystem: 'npm',
      provider: 'github',
      name: `p${index}`,
      ranges,
    }));
    writeAdvisorySource(source, { statements });
    const root = path.join(folder, name);
    await fillDatabase(source, root, OPTIONS);
    return root;
  };
  const [current, small] = [await fill('current', 40), await fill('small', 2)];
  const counts = { keys: 40, contents: 40, affected: 40, unaffected: 0, records: 40 };
  const archive = exportForged(folder, small, changeCounts(counts));
  const before = describeDatabase(current, true);
  await assert.rejects(fillDatabase(archive, current, OPTIONS), {
    code: 'E_DB_IMPORT',
    message: /has 2 "keys" in the shard ecosystem-npm, but its manifest declares 40/,
  });
  assert.deepEqual(describeDatabase(current, true), before);
});
