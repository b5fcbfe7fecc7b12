import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { FixtureLayout } from '../foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../foundation/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { readInventory } from './read-inventory.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-system-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** A name with a slash at its end is a directory. */
function toEntries(files: Files): FixtureEntry[] {
  return Object.entries(files).map(([name, content]) => ({
    name,
    content,
    typeFlag: name.endsWith('/') ? '5' : '0',
  }));
}

async function read(files: Files): Promise<Inventory> {
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: [createTar(toEntries(files))] });
  const path = join(mkdtempSync(join(SCRATCH, 'x')), 'image.tar');
  writeFileSync(path, createTar(layout.listEntries([image])));
  return await readInventory(path, { temporaryFolder: SCRATCH });
}

function isMissing({ problems }: Inventory): boolean {
  return problems.some(({ message }) => message.startsWith('no package of the operating system'));
}

const createOsRelease = (id: string, like = ''): Files => ({
  'etc/os-release': `ID=${id}\nID_LIKE="${like}"\nVERSION_ID=1\n`,
});
const DPKG = {
  'var/lib/dpkg/status':
    'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n',
};
const APK = { 'lib/apk/db/installed': 'P:tool\nV:1\n\n' };
const NIX = { 'nix/store/z9mi8m21xyif1kkiniavlbizf70kzcnn-tool-1.0/': '' };
const SNAP = { 'usr/share/snappy/dpkg.yaml': 'package-repositories: []\npackages:\n- tool=1\n' };

/** Packages that are not in the database of an operating system, each in its own file. */
const OTHERS: Readonly<Record<string, Files>> = {
  'conda-meta': { 'opt/conda/conda-meta/tool-1-0.json': '{"name":"tool","version":"1"}' },
  homebrew: { 'home/linuxbrew/.linuxbrew/Cellar/tool/1.0/.brew/tool.rb': 'class Tool\nend\n' },
  nix: NIX,
  snap: { 'snap/tool/1/meta/snap.yaml': 'name: tool\nversion: "1"\n' },
  'dpkg-db': DPKG,
};

suite('the packages of the operating system', () => {
  test('are missing even if packages of another kind were found', async () => {
    for (const [cataloger, files] of Object.entries(OTHERS)) {
      const inventory = await read({ ...createOsRelease('alpine'), ...files });
      const found = new Set(inventory.packages.map(({ foundBy }) => foundBy));
      assert.deepEqual([...found], [cataloger]);
      assert.ok(isMissing(inventory), cataloger);
    }
  });

  test('are found in the database that fits the distribution or its parents', async () => {
    const fitting: readonly (readonly [string, Files])[] = [
      ['fits by its ID', { ...createOsRelease('debian'), ...DPKG }],
      ['fits by ID_LIKE', { ...createOsRelease('kali', 'other debian'), ...DPKG }],
      ['unknown distribution', { ...createOsRelease('homegrown'), ...DPKG }],
      ['wolfi', { ...createOsRelease('wolfi'), ...APK }],
      ['nixos', { ...createOsRelease('nixos'), ...NIX }],
      ['ubuntu-core', { ...createOsRelease('ubuntu-core'), ...SNAP }],
    ];
    for (const [name, files] of fitting) {
      const inventory = await read(files);
      assert.ok(inventory.packages.length > 0, name);
      assert.equal(isMissing(inventory), false, name);
    }
    for (const id of ['nixos', 'ubuntu-core']) {
      assert.ok(isMissing(await read({ ...createOsRelease(id), ...OTHERS['conda-meta'] })), id);
    }
  });
});
