import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FixtureLayout } from '../foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../foundation/bytes/tar/tar.fixture.ts';
import type { Inventory, Scope } from '../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { readInventory } from './read-inventory.ts';
import type { ScanOptions } from './scan-options.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'scope-test-'));
after(() => rmSync(FOLDER, { recursive: true }));

let images = 0;

async function scan(
  layers: readonly (readonly FixtureEntry[])[],
  options: Partial<ScanOptions> = {},
): Promise<Inventory> {
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: layers.map(createTar) });
  const file = join(FOLDER, `${images++}.tar`);
  writeFileSync(file, createTar(layout.listEntries([image])));
  return readInventory(`oci-archive:${file}`, { temporaryFolder: FOLDER, ...options });
}

const OS_RELEASE = { name: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.1\n' };

/** A record with its files: `musl 1.0 lib/libc.so`. */
function createApkDatabase(...records: readonly string[]): FixtureEntry {
  const createStanza = (record: string): string => {
    const [name, version, ...files] = record.split(' ');
    const paths = files.map((path) => {
      const cut = path.lastIndexOf('/');
      return `F:${path.slice(0, cut)}\nR:${path.slice(cut + 1)}\n`;
    });
    return `P:${name}\nV:${version}\nA:x86_64\n${paths.join('')}\n`;
  };
  return { name: 'lib/apk/db/installed', content: records.map(createStanza).join('') };
}

/** A package with its locations by number of the layer, with `!` before visible ones. */
function summarize({ packages, target }: Inventory): string[] {
  const layers = target.kind === 'image' ? target.layers.map(({ diffId }) => diffId) : [];
  return packages.map(({ name, version, locations }) => {
    const places = locations.map(({ layer, isVisible }) =>
      [isVisible === true ? '!' : '', layers.indexOf(layer ?? '')].join(''),
    );
    return [name, version, ...places.sort()].join(' ');
  });
}

const LAYERS = [
  [
    OS_RELEASE,
    createApkDatabase('gone 1', 'kept 1 lib/kept.so'),
    { name: 'lib/kept.so', content: 'a' },
  ],
  [createApkDatabase('kept 1 lib/kept.so', 'old 1'), { name: 'lib/kept.so', content: 'b' }],
  [createApkDatabase('kept 1 lib/kept.so', 'old 2')],
];

describe('scopes', () => {
  it('lists by default the files that a process would see, without visibility', async () => {
    const inventory = await scan(LAYERS);
    assert.deepEqual(summarize(inventory), ['kept 1 2', 'old 2 2']);
    assert.equal(inventory.scope, 'squashed');
    const [location] = inventory.packages[0]?.locations ?? [];
    assert.ok(location !== undefined && !('isVisible' in location));
  });

  it('lists the contents of every layer for all-layers, with their visibility', async () => {
    const inventory = await scan(LAYERS, { scope: 'all-layers' });
    assert.deepEqual(summarize(inventory), ['gone 1 0', 'kept 1 !2 0 1', 'old 1 1', 'old 2 !2']);
  });

  it('lists visible packages with their evidence in every layer for deep-squashed', async () => {
    const inventory = await scan(LAYERS, { scope: 'deep-squashed' });
    assert.deepEqual(summarize(inventory), ['kept 1 !2 0 1', 'old 2 !2']);
  });

  it('lists contents in every layer that has the path', async () => {
    const countContents = async (scope: Scope): Promise<number> => {
      const { files } = await scan(LAYERS, { scope });
      return files.filter(({ path }) => path === '/lib/kept.so').length;
    };
    assert.equal(await countContents('squashed'), 1);
    assert.equal(await countContents('all-layers'), 2);
    assert.equal(await countContents('deep-squashed'), 2);
  });

  it('finds the files of that state for a hidden database', async () => {
    const upper = [{ name: 'lib/apk/db/.wh.installed' }, { name: 'lib/.wh.kept.so' }];
    const inventory = await scan([LAYERS[0] ?? [], upper], { scope: 'all-layers' });
    const kept = inventory.packages.find(({ name }) => name === 'kept');
    const contained = inventory.relationships.filter(
      (edge) => edge.kind === 'contains-file' && edge.from === kept?.key,
    );
    assert.equal(contained.length, 1);
    assert.deepEqual(summarize(await scan([LAYERS[0] ?? [], upper])), []);
  });

  it('lists a path that only a hidden link makes known', async () => {
    const { content = '' } = createApkDatabase('linked 1');
    const database = { name: 'data/packages', content };
    const link = { name: 'lib/apk/db/installed', typeFlag: '2', linkName: '/data/packages' };
    const layers = [[OS_RELEASE, database], [link], [{ name: 'lib/apk/db/.wh.installed' }]];
    assert.deepEqual(summarize(await scan(layers)), []);
    assert.deepEqual(summarize(await scan(layers, { scope: 'all-layers' })), ['linked 1 0']);
    assert.deepEqual(summarize(await scan(layers, { scope: 'deep-squashed' })), []);
  });

  it('reports if there are more relevant layers than the limit allows', async () => {
    const limits = { ...DEFAULT_LIMITS, layerStatesMax: 1 };
    const inventory = await scan(LAYERS, { scope: 'all-layers', limits });
    assert.deepEqual(summarize(inventory), ['kept 1 !2 1', 'old 1 1', 'old 2 !2']);
    assert.deepEqual(
      inventory.problems.map(({ code }) => code),
      ['P_LIMIT'],
    );
  });
});

describe('laws of scopes', () => {
  const listKeys = ({ packages }: Inventory): string[] => packages.map(({ key }) => key);

  it('never loses visible packages in all layers', async () => {
    for (let count = 1; count <= LAYERS.length; count++) {
      const layers = LAYERS.slice(0, count);
      const everywhere = new Set(listKeys(await scan(layers, { scope: 'all-layers' })));
      for (const key of listKeys(await scan(layers))) {
        assert.ok(everywhere.has(key), key);
      }
    }
  });

  it('deep-squashed has the same packages as squashed', async () => {
    const deep = await scan(LAYERS, { scope: 'deep-squashed' });
    assert.deepEqual(listKeys(deep), listKeys(await scan(LAYERS)));
  });

  it('is the same in every scope for an image with one layer', async () => {
    const layers = LAYERS.slice(0, 1);
    const squashed = await scan(layers);
    for (const scope of ['all-layers', 'deep-squashed'] as const) {
      const inventory = await scan(layers, { scope });
      const text = JSON.stringify([inventory.packages, inventory.files, inventory.relationships]);
      assert.deepEqual(JSON.parse(text.replaceAll(',"isVisible":true', '')), [
        squashed.packages,
        squashed.files,
        squashed.relationships,
      ]);
    }
  });
});

describe('the layer of the last change', () => {
  it('is not searched below a layer that removed the database', async () => {
    const again = [createApkDatabase('kept 1')];
    const listIntroducingLayers = async (...layers: readonly (readonly FixtureEntry[])[]) => {
      const { packages, target } = await scan(layers);
      const diffIds = target.kind === 'image' ? target.layers.map(({ diffId }) => diffId) : [];
      return diffIds.indexOf(packages[0]?.introducedIn ?? '');
    };
    const other = [createApkDatabase('kept 1', 'other 1')];
    assert.equal(await listIntroducingLayers([OS_RELEASE, ...again], other), 0);
    assert.equal(
      await listIntroducingLayers([OS_RELEASE, ...again], [{ name: 'lib/apk/.wh.db' }], other),
      2,
    );
  });
});

describe('files of an inventory', () => {
  it('are all or none if requested', async () => {
    const listPaths = async (selection: 'all' | 'none') =>
      (await scan(LAYERS, { files: { selection } })).files.map(({ path }) => path);
    assert.deepEqual(await listPaths('none'), []);
    assert.deepEqual(await listPaths('all'), [
      '/etc/os-release',
      '/lib/apk/db/installed',
      '/lib/kept.so',
    ]);
  });

  it('have the requested digests', async () => {
    const { files } = await scan(LAYERS, { files: { digests: ['sha1', 'md5'] } });
    const [file] = files.filter(({ path }) => path === '/lib/kept.so');
    assert.deepEqual(
      [file?.sha256, file?.sha1, file?.otherDigests],
      [
        undefined,
        'e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98',
        { md5: '92eb5ffee6ae2fec3ad71c777531578f' },
      ],
    );
  });

  it('exclude the given paths and everything below them', async () => {
    const inventory = await scan(LAYERS, { files: { exclude: ['/lib/apk'], selection: 'all' } });
    assert.deepEqual(summarize(inventory), []);
    assert.deepEqual(
      inventory.files.map(({ path }) => path),
      ['/etc/os-release', '/lib/kept.so'],
    );
  });
});
