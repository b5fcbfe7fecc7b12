import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FixtureLayout } from '../foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../foundation/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { readInventory } from './read-inventory.ts';
import type { ScanOptions } from './scan-options.ts';

/** An archive with an old modification time, and a cache. */
class Bench implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'kept-inventory-test-'));
  readonly cache = join(this.folder, 'facts');

  constructor() {
    this.store('musl', '1.2');
  }

  store(name: string, version: string): void {
    const content = `P:${name}\nV:${version}\nA:x86_64\n\n`;
    const entries: FixtureEntry[] = [
      { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.1\n' },
      { name: 'lib/apk/db/installed', content },
    ];
    const layout = new FixtureLayout();
    const image = layout.addImage({ layers: [createTar(entries)] });
    const file = join(this.folder, 'image.tar');
    writeFileSync(file, createTar(layout.listEntries([image])));
    utimesSync(file, 1_000_000, 1_000_000);
  }

  scan(options: Partial<ScanOptions> = {}, isRenewed = false): Promise<Inventory> {
    return readInventory(`oci-archive:${join(this.folder, 'image.tar')}`, {
      temporaryFolder: this.folder,
      cache: { folder: this.cache, build: 'test', isRenewed },
      ...options,
    });
  }

  listInventories(): string[] {
    const names = readdirSync(this.cache).filter((name) => name.endsWith('.inventory'));
    return names.map((name) => join(this.cache, name));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function listPackages({ packages }: Inventory): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`);
}

describe('an inventory of an earlier run', () => {
  test('is reused unchanged', async () => {
    using bench = new Bench();
    const first = await bench.scan();
    const [kept = ''] = bench.listInventories();
    const before = readFileSync(kept);
    assert.deepEqual(await bench.scan(), first);
    assert.deepEqual(listPackages(first), ['musl 1.2']);
    assert.deepEqual(readFileSync(kept), before);
  });

  test('is not reused for another image at the same location', async () => {
    using bench = new Bench();
    await bench.scan();
    bench.store('zlib', '1.3');
    assert.deepEqual(listPackages(await bench.scan()), ['zlib 1.3']);
    assert.equal(bench.listInventories().length, 2);
  });

  test('is only reused for the same scope, selection, name and limits', async () => {
    using bench = new Bench();
    await bench.scan();
    await bench.scan({ scope: 'all-layers' });
    assert.deepEqual((await bench.scan({ files: { selection: 'none' } })).files, []);
    assert.equal((await bench.scan({ name: 'other' })).target.name, 'other');
    const none = { selectCatalogers: ['-apk-db'] };
    assert.deepEqual(listPackages(await bench.scan({ catalogers: none })), []);
    const limits = { ...DEFAULT_LIMITS, recordsMax: 7 };
    assert.deepEqual(listPackages(await bench.scan({ limits })), ['musl 1.2']);
    assert.equal(bench.listInventories().length, 6);
  });

  test('is rebuilt if it is damaged or if that is requested', async () => {
    using bench = new Bench();
    const first = await bench.scan();
    const [kept = ''] = bench.listInventories();
    const whole = readFileSync(kept);
    writeFileSync(kept, whole.subarray(0, whole.length - 1));
    assert.deepEqual(await bench.scan(), first);
    assert.deepEqual(readFileSync(kept), whole);
    rmSync(kept);
    writeFileSync(kept, 'damaged');
    assert.deepEqual(await bench.scan({}, true), first);
    assert.deepEqual(readFileSync(kept), whole);
  });
});
