import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { after, describe, suite, test } from 'node:test';
import type { GrowingFiles } from '../../test/support/growing/growing-input.ts';
import { writeInput } from '../../test/support/growing/write-input.ts';
import { INSTALLED_PACKAGES } from '../../test/support/installed-packages.ts';
import { computeDigest, FixtureLayout } from '../foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../foundation/bytes/tar/tar.fixture.ts';
import type { Inventory, Relationship } from '../foundation/core/inventory.ts';
import { readInventory } from './read-inventory.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-linked-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

/** Reads the files of a directory, or those of each layer of an image. */
async function read(files: GrowingFiles | readonly GrowingFiles[]): Promise<Inventory> {
  return await readTarget(writeInput(mkdtempSync(join(SCRATCH, 'x')), files));
}

async function readLayers(layers: readonly (readonly FixtureEntry[])[]): Promise<Inventory> {
  const layout = new FixtureLayout();
  const contents = layers.map(createTar);
  const image = layout.addImage({ layers: contents, diffIds: contents.map(computeDigest) });
  const path = join(mkdtempSync(join(SCRATCH, 'x')), 'image.tar');
  writeFileSync(path, createTar(layout.listEntries([image])));
  return await readTarget(path);
}

async function readTarget(target: string): Promise<Inventory> {
  return await readInventory(target, {
    temporaryFolder: SCRATCH,
    files: { selection: 'all' },
    catalogers: { overrideDefaultCatalogers: ['image'] },
  });
}

function listNames({ packages }: Inventory): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`);
}

function listProblems({ problems }: Inventory): string[] {
  return problems.map(({ code, path = '', message }) => `${code} ${path} ${message}`);
}

/** The new place of a directory: `*` is an ordinary character there. */
const MOVED = 'mov*ed/d';

/** An inventory with the paths that its files had before a directory was moved. */
function describeMoved(inventory: Inventory, folder: string, ownsByPlace = false) {
  const toOldPath = (path: string): string =>
    path.startsWith(`/${MOVED}/`) ? `/${folder}${path.slice(MOVED.length + 1)}` : path;
  const names = new Map(inventory.packages.map(({ key, name }) => [key, name]));
  return {
    packages: inventory.packages.map((pkg) => ({
      purl: pkg.purl,
      metadata: JSON.stringify(pkg.metadata).replaceAll(`/${MOVED}`, `/${folder}`),
      licenses: pkg.licenses.map(({ value }) => value),
      locations: pkg.locations.map(({ path }) => toOldPath(path)).sort(),
      ownedFiles: ownsByPlace ? [] : pkg.ownedFiles.map(({ path }) => toOldPath(path)).sort(),
    })),
    edges: inventory.relationships
      .filter(({ kind }) => !(ownsByPlace && kind === 'contains-file'))
      .map((edge) =>
        [edge.kind, names.get(edge.from), toOldPath(findTarget(edge, names))].join(' '),
      )
      .sort(),
    distro: inventory.distro,
    problems: inventory.problems,
  };
}

function findTarget(edge: Relationship, names: ReadonlyMap<string, string>): string {
  switch (edge.kind) {
    case 'contains-file':
    case 'needs-file':
      return edge.path;
    case 'evident-by':
      return edge.location.path;
    default:
      return names.get(edge.to) ?? edge.to;
  }
}

/** The directories of some files, except those of the operating system's record. */
function listDirectories(files: GrowingFiles): string[] {
  const folders = new Set<string>();
  for (const path of Object.keys(files)) {
    for (let at = posix.dirname(path); at !== '.' && at !== 'etc'; at = posix.dirname(at)) {
      folders.add(at);
    }
  }
  return [...folders];
}

/** Links from the old place of a directory to the new one. */
const LINKS: Readonly<Record<string, (folder: string) => GrowingFiles>> = {
  'an absolute link': (folder) => ({ [folder]: { link: `/${MOVED}` } }),
  'a relative link': (folder) => ({
    [folder]: { link: `${'../'.repeat(folder.split('/').length - 1)}${MOVED}/` },
  }),
  'a link out of the root': (folder) => ({ [folder]: { link: `${'../'.repeat(20)}${MOVED}` } }),
  'a chain of links': (folder) => ({
    [folder]: { link: '/links/first' },
    'links/first': { link: 'second/./here' },
    'links/second': { link: '../other' },
    'other/here': { link: `/links/../${MOVED}` },
  }),
};

function moveBehind(files: GrowingFiles, folder: string, links: GrowingFiles): GrowingFiles {
  const moved = Object.entries(files).map(([path, file]) => [
    path.startsWith(`${folder}/`) ? MOVED + path.slice(folder.length) : path,
    file,
  ]);
  return { ...Object.fromEntries(moved), ...links };
}

suite('packages behind links to directories', () => {
  for (const { name, files, packages, ownsByPlace } of INSTALLED_PACKAGES) {
    describe(name, () => {
      test('are found without links', async () => {
        for (const target of [files, [files]]) {
          const inventory = await read(target);
          assert.deepEqual(listNames(inventory), packages);
          assert.deepEqual(listProblems(inventory), []);
        }
      });

      for (const [kind, linksTo] of Object.entries(LINKS)) {
        test(`are the same behind ${kind}`, async () => {
          const [directory, image] = [await read(files), await read([files])];
          for (const folder of listDirectories(files)) {
            const moved = moveBehind(files, folder, linksTo(folder));
            const describeTarget = (inventory: Inventory) =>
              describeMoved(inventory, folder, ownsByPlace);
            const [ofDirectory, ofImage] = [await read(moved), await read([moved])];
            assert.deepEqual(describeTarget(ofDirectory), describeTarget(directory), folder);
            assert.deepEqual(describeTarget(ofImage), describeTarget(image), folder);
          }
        });
      }
    });
  }
});

const STATUS =
  'Package: openssl\nStatus: install ok installed\nVersion: 1.1\nArchitecture: all\n\n';
const DECOY = 'Package: decoy\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n';
const DATABASE = 'var/lib/dpkg/status';

suite('links across layers', () => {
  const cases: Readonly<Record<string, readonly GrowingFiles[]>> = {
    'the link in the upper layer': [
      { 'opt/d/status': STATUS },
      { 'var/lib/dpkg': { link: '/opt/d' } },
    ],
    'the link in the lower layer': [
      { 'var/lib/dpkg': { link: '/opt/d' } },
      { 'opt/d/status': STATUS },
    ],
    'a link in place of a directory': [
      { [DATABASE]: DECOY, 'opt/d/status': STATUS },
      { 'var/lib/.wh.dpkg': '' },
      { 'var/lib/dpkg': { link: '/opt/d' } },
    ],
    'a link that an upper layer turns': [
      { 'opt/a/status': DECOY, 'opt/b/status': STATUS, 'var/lib/dpkg': { link: '/opt/a' } },
      { 'var/lib/dpkg': { link: '../../opt/b' } },
    ],
    'a file behind the link that an upper layer replaces': [
      { 'opt/d/status': DECOY, 'var/lib/dpkg': { link: '/opt/d' } },
      { 'opt/d/status': STATUS },
    ],
    'an opaque directory behind the link': [
      { 'opt/d/status': DECOY, 'opt/d/status.d/decoy': DECOY, 'var/lib/dpkg': { link: '/opt/d' } },
      { 'opt/d/.wh..wh..opq': '', 'opt/d/status': STATUS },
    ],
  };
  for (const [name, layers] of Object.entries(cases)) {
    test(name, async () => {
      const inventory = await read(layers);
      assert.deepEqual([listNames(inventory), listProblems(inventory)], [['openssl 1.1'], []]);
    });
  }

  test('a whiteout of the link or of its target hides the packages', async () => {
    const lower = { 'opt/d/status': STATUS, 'var/lib/dpkg': { link: '/opt/d' } };
    for (const whiteout of [
      'var/lib/.wh.dpkg',
      'opt/.wh.d',
      'opt/d/.wh.status',
      'opt/.wh..wh..opq',
    ]) {
      assert.deepEqual(listNames(await read([lower, { [whiteout]: '' }])), [], whiteout);
    }
  });

  test('finds and reports an entry that an upper layer writes through a link', async () => {
    const inventory = await read([
      { 'var/lib': { link: '/opt' }, 'opt/x': '' },
      { [DATABASE]: STATUS },
    ]);
    assert.deepEqual(listNames(inventory), ['openssl 1.1']);
    assert.deepEqual(
      inventory.packages[0]?.locations.map(({ path }) => path),
      ['/opt/dpkg/status'],
    );
    assert.deepEqual(listProblems(inventory), [
      'P_LINK /var/lib an upper layer writes through this link, and container runtimes differ in the result',
    ]);
  });
});

suite('hard links', () => {
  const createHardLink = (name: string, linkName: string): FixtureEntry => ({
    name,
    typeFlag: '1',
    linkName,
  });
  const cases: Readonly<Record<string, readonly (readonly FixtureEntry[])[]>> = {
    'have the content that a lower layer has at that moment': [
      [{ name: 'opt/s', content: STATUS }],
      [createHardLink(DATABASE, 'opt/s')],
      [{ name: 'opt/s', content: DECOY }],
    ],
    'keep the content that a whiteout hides later': [
      [{ name: 'opt/s', content: STATUS }],
      [createHardLink(DATABASE, 'opt/s'), { name: 'opt/.wh.s' }],
    ],
    'lead through links to directories': [
      [
        { name: 'opt/s', content: STATUS },
        { name: 'a', typeFlag: '2', linkName: '/opt' },
      ],
      [createHardLink(DATABASE, 'a/s')],
    ],
    'have the content of a file whose name has a star': [
      [
        { name: 'opt/s*s', content: STATUS },
        { name: 'opt/sxs', content: DECOY },
      ],
      [createHardLink(DATABASE, 'opt/s*s')],
    ],
    'have the content of a file that AUFS keeps for them': [
      [{ name: '.wh..wh.plnk/1.2', content: STATUS }, createHardLink(DATABASE, '.wh..wh.plnk/1.2')],
    ],
    'lead to a symbolic link': [
      [
        { name: 'opt/s', content: STATUS },
        { name: 'opt/l', typeFlag: '2', linkName: '/opt/s' },
        createHardLink(DATABASE, 'opt/l'),
      ],
    ],
  };
  for (const [name, layers] of Object.entries(cases)) {
    test(name, async () => {
      const inventory = await readLayers(layers);
      assert.deepEqual([listNames(inventory), listProblems(inventory)], [['openssl 1.1'], []]);
    });
  }

  test('report a problem if the target is missing', async () => {
    const inventory = await readLayers([[createHardLink(DATABASE, 'opt/none')]]);
    assert.deepEqual(listProblems(inventory), [
      `P_LINK /${DATABASE} the hard link does not lead to a file in the image`,
    ]);
  });
});

suite('links that hide or repeat', () => {
  const pairLayers = (files: GrowingFiles) => [files, [files]];

  test('a circular link is a problem', async () => {
    for (const links of [
      { 'var/lib/dpkg': { link: 'dpkg' } },
      { 'var/lib/dpkg': { link: '/a' }, a: { link: 'b' }, b: { link: '/var/lib/dpkg' } },
      { 'var/lib': { link: '/var/lib/x' } },
    ]) {
      for (const target of pairLayers({ ...links, 'etc/os-release': 'ID=debian\n' })) {
        const [problem = 'none'] = listProblems(await read(target));
        assert.match(problem, /^P_LINK \S+ the symbolic link is circular$/);
      }
    }
  });

  test('does not read a file again behind a link if it was found by its own path', async () => {
    const files = {
      [DATABASE]: STATUS,
      'usr/lib/dpkg': { link: '/var/lib/dpkg' },
      'srv/root/var': { link: '/var' },
    };
    for (const target of pairLayers(files)) {
      assert.deepEqual(listNames(await read(target)), ['openssl 1.1']);
    }
  });

  test('lists packages once if several links lead to their directory', async () => {
    const files = {
      'opt/d/status': STATUS,
      'var/lib/dpkg': { link: '/opt/d' },
      'usr/lib/dpkg': { link: '../../opt/d' },
      'srv/lib/dpkg': { link: '/var/lib/dpkg' },
    };
    for (const target of pairLayers(files)) {
      assert.deepEqual(listNames(await read(target)), ['openssl 1.1']);
    }
  });

  test('follows a link in a directory behind a link', async () => {
    const files = {
      'opt/d/status': { link: '../data/st*tus' },
      'opt/data/st*tus': STATUS,
      'opt/data/status': DECOY,
      'var/lib/dpkg': { link: '/opt/d' },
    };
    for (const target of pairLayers(files)) {
      assert.deepEqual(listNames(await read(target)), ['openssl 1.1']);
    }
  });

  test('stops at a directory that contains itself', async () => {
    const files = {
      'app/node_modules/a/package.json': '{"name":"a","version":"1.0.0"}',
      'app/node_modules/a/node_modules': { link: '../../node_modules' },
      'app/specifications/x': { link: '..' },
      'app/specifications/r.gemspec':
        'Gem::Specification.new do |s|\n  s.name = "r"\n  s.version = "1"\nend\n',
    };
    for (const target of pairLayers(files)) {
      assert.deepEqual(listNames(await read(target)), ['a 1.0.0', 'r 1']);
    }
  });
});
