import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { SILENT } from '../../core/progress.ts';
import { type WriteBytes, writeArchiveEnd, writeArchiveFile } from '../archive-entry.ts';
import { exportDatabase } from '../database-archive.ts';
import { fillDatabase } from '../fill-database.ts';
import { createKeyDirectory } from './key-directory.ts';
import { addDays, createPublicationWorld, type PublicationWorld } from './publication.fixture.ts';
import { exportSignedDatabase } from './signed-archive.ts';

const limits = DEFAULT_LIMITS;

function writeFile(file: string, fill: (write: WriteBytes) => void): void {
  const handle = fs.openSync(file, 'w');
  fill((bytes) => fs.writeSync(handle, bytes));
  fs.closeSync(handle);
}

/** Exports a database with the signature of its publisher, and returns the file. */
async function exportSigned(world: PublicationWorld, database: string): Promise<string> {
  const file = path.join(fs.mkdtempSync(path.join(world.folder, 'export-')), 'signed.tar');
  await exportSignedDatabase(database, (fill) => writeFile(file, fill), { limits });
  return file;
}

/** Imports a file on the machine without a network. */
async function importOffline(
  world: PublicationWorld,
  file: string,
  day: number,
  options: object = {},
): Promise<string> {
  const root = path.join(world.folder, 'offline');
  const now = addDays(day);
  const { keyFile } = world;
  await fillDatabase(file, root, {
    progress: SILENT,
    limits,
    now,
    machineTime: now,
    keyFile,
    ...options,
  });
  return root;
}

test('carries a database to an offline machine with the signature of its publisher', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const file = await exportSigned(world, world.root);
  const root = await importOffline(world, file, 1);
  assert.deepEqual(world.readShards(root), world.readShards(world.source));
  const again = await exportSigned(world, root);
  assert.ok(fs.readFileSync(again).equals(fs.readFileSync(file)), 'the copy is the same file');
});

test('a publisher signs the exported database with a new index', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  const file = path.join(world.folder, 'signed.tar');
  const { signer, keys } = world.keys;
  await exportSignedDatabase(world.source, (fill) => writeFile(file, fill), {
    limits,
    publish: {
      signers: [signer],
      keys,
      validMs: 1000,
      now: addDays(1),
      limits,
      announce: () => undefined,
    },
  });
  await assert.rejects(importOffline(world, file, 2), {
    code: 'E_DB_UNTRUSTED',
    message: /^freeze: /,
  });
  const root = await importOffline(world, file, 1);
  assert.deepEqual(world.readShards(root), world.readShards(world.source));
});

test('refuses to export a database that was not installed from a signed index', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await assert.rejects(exportSigned(world, world.source), { code: 'E_DB_UNTRUSTED' });
  assert.deepEqual(
    fs.readdirSync(world.source).filter((name) => name.startsWith('download-')),
    [],
  );
});

test('refuses to export a database that was installed in part', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0, { isPartial: true });
  await assert.rejects(exportSigned(world, world.root), {
    code: 'E_DB_MISSING',
    message: /lacks shards: .*ecosystem-npm/,
  });
});

test('refuses an earlier file after a later one, and keeps the database', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const early = await exportSigned(world, world.root);
  await world.publish(1, 1);
  await world.update(world.target, 1);
  const late = await exportSigned(world, world.root);
  const root = await importOffline(world, late, 1);
  const before = world.readShards(root);
  await assert.rejects(importOffline(world, early, 1), {
    code: 'E_DB_UNTRUSTED',
    message: /^rollback: /,
  });
  assert.deepEqual(world.readShards(root), before);
});

test('refuses another key, a missing key and an unsigned file', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const file = await exportSigned(world, world.root);
  createKeyDirectory(path.join(world.folder, 'other'));
  const other = { keyFile: path.join(world.folder, 'other', 'public.pem') };
  const cases: readonly (readonly [file: string, options: object, message: RegExp])[] = [
    [file, other, /^unknown key: /],
    [file, { keyFile: undefined }, /^no key is trusted: /],
  ];
  for (const [one, options, message] of cases) {
    await assert.rejects(importOffline(world, one, 0, options), {
      code: 'E_DB_UNTRUSTED',
      message,
    });
  }
  const unsigned = path.join(world.folder, 'unsigned.tar');
  writeFile(unsigned, (write) => exportDatabase(world.root, write));
  await assert.rejects(importOffline(world, unsigned, 0), {
    code: 'E_DB_UNTRUSTED',
    message: /^no signature: /,
  });
  await importOffline(world, unsigned, 0, { keyFile: undefined });
});

test('refuses a file with a flipped bit, a missing end or foreign entries', async (t) => {
  const world = createPublicationWorld(t);
  await world.publish(0, 0);
  await world.update(world.target, 0);
  const file = await exportSigned(world, world.root);
  const content = fs.readFileSync(file);
  const codes = [
    'E_DB_UNTRUSTED',
    'E_DB_IMPORT',
    'E_DIGEST_MISMATCH',
    'E_DB_UPDATE',
    'E_DB_INVALID',
  ];
  const isRefused = (error: unknown): boolean =>
    error instanceof Error && 'code' in error && codes.includes(String(error.code));
  const bad = path.join(world.folder, 'bad.tar');
  for (let at = 600; at < content.length - 1024; at += 601) {
    const changed = Buffer.from(content);
    changed[at] = (changed[at] ?? 0) ^ 16;
    fs.writeFileSync(bad, changed);
    try {
      const root = await importOffline(world, bad, 0);
      // A bit of the padding or of a time means nothing.
      assert.deepEqual(world.readShards(root), world.readShards(world.source), `byte ${at}`);
      fs.rmSync(root, { recursive: true });
    } catch (error) {
      assert.ok(isRefused(error), `byte ${at}: ${String(error)}`);
    }
  }
  fs.writeFileSync(bad, content.subarray(0, content.length / 2));
  await assert.rejects(importOffline(world, bad, 0), isRefused);
  const readme = path.join(world.folder, 'README');
  fs.writeFileSync(readme, 'x');
  for (const name of ['README', 'shards/../../evil', '../evil', 'shards/evil.zst']) {
    writeFile(bad, (write) => {
      writeArchiveFile(write, path.join(world.target, 'index.json'), {
        name: 'index.json',
        seconds: 0,
      });
      writeArchiveFile(write, readme, { name, seconds: 0 });
      writeArchiveEnd(write);
    });
    await assert.rejects(importOffline(world, bad, 0), { code: 'E_DB_IMPORT' });
  }
  writeFile(bad, (write) => {
    writeArchiveFile(write, path.join(world.target, 'index.json'), {
      name: 'index.json',
      seconds: 0,
    });
    writeArchiveEnd(write);
  });
  await assert.rejects(importOffline(world, bad, 0), {
    code: 'E_DB_IMPORT',
    message: /does not contain shards/,
  });
  const left = fs.readdirSync(path.join(world.folder, 'offline'));
  assert.deepEqual(
    left.filter((name) => !['update.json'].includes(name)),
    [],
  );
});
