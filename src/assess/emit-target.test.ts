import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { computeDigest, FixtureLayout } from '../bytes/oci/image.fixture.ts';
import { TAG } from '../bytes/rpm/header.ts';
import { createNdb, createRpmDatabase } from '../bytes/rpm/rpm-database.fixture.ts';
import { createRpmHeader } from '../bytes/rpm/rpm-header.fixture.ts';
import { createPaxHeader, createTar, type FixtureEntry } from '../bytes/tar/tar.fixture.ts';
import type { TarEntry } from '../bytes/tar/tar-entry.ts';
import { TarParser } from '../bytes/tar/tar-parser.ts';
import { UserError } from '../core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { EmitPlan, LayerCompression, LayerForm } from '../emit/emit-source.ts';
import type { ImageForm } from '../emit/write-image.ts';
import type { KeptFile, PlannedPackage } from '../harden/removal-plan.ts';
import { emitTarget } from './emit-target.ts';
import { readInventory } from './read-inventory.ts';
import type { ReadTarget } from './read-target.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-emit-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

const CONFIG = {
  Entrypoint: ['/usr/bin/app'],
  User: '1000:1000',
  Labels: { kept: 'yes' },
  WorkingDir: '/work',
  Volumes: { '/data': {} },
};

interface Image {
  readonly layers: readonly (readonly FixtureEntry[])[];
  readonly config?: object;
}

function writeImage({ layers, config = CONFIG }: Image): string {
  const layout = new FixtureLayout();
  const blobs = layers.map(createTar);
  const document = {
    architecture: 'amd64',
    os: 'linux',
    created: '2024-05-06T07:08:09Z',
    config,
    rootfs: { type: 'layers', diff_ids: blobs.map(computeDigest) },
    history: [{ created_by: 'a step with a secret' }],
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: layout.add(JSON.stringify(document)),
      size: JSON.stringify(document).length,
    },
    layers: blobs.map((blob) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: layout.add(blob),
      size: blob.length,
    })),
  });
  const digest = layout.add(manifest);
  const descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: manifest.length,
  };
  const path = join(mkdtempSync(join(SCRATCH, 'i')), 'image.tar');
  writeFileSync(path, createTar(layout.listEntries([descriptor])));
  return path;
}

interface Wishes {
  /** Paths that the plan keeps. */
  readonly keep: readonly string[];
  /** Names of packages that the plan keeps, each with the paths of its kept files. */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly form?: ImageForm;
  readonly layers?: LayerForm;
  readonly compression?: LayerCompression;
  readonly output?: string;
  readonly created?: string;
  readonly limits?: Limits;
  /** Called between the two readings. */
  readonly onAnalyzed?: (target: string) => void;
}

async function emit(target: string, wishes: Wishes): Promise<string> {
  const { form = 'oci-dir', layers = 'one', compression = 'gzip', created } = wishes;
  const output = wishes.output ?? join(mkdtempSync(join(SCRATCH, 'o')), 'slim');
  let read: ReadTarget | undefined;
  const reading = {
    temporaryFolder: SCRATCH,
    files: { selection: 'all' as const },
    limits: wishes.limits ?? DEFAULT_LIMITS,
  };
  const inventory = await readInventory(target, {
    ...reading,
    limits: DEFAULT_LIMITS,
    onRead: (found) => {
      read = found;
    },
  });
  assert.ok(read !== undefined);
  const { view } = read;
  const kept = wishes.keep.map((path): KeptFile => {
    const ref = view.find(path);
    assert.ok(ref !== undefined, path);
    const content = view.resolveHardLink(ref);
    const files = view.layers[content.layer]?.files;
    const sha256 = files?.getSha256(content.row);
    const type = files?.getType(content.row) ?? 'other';
    return {
      path,
      type,
      sizeBytes: 0,
      because: 'required',
      ...(sha256 === undefined ? {} : { sha256 }),
    };
  });
  const packages = inventory.packages.map(({ key, name, version, type }): PlannedPackage => {
    const own = wishes.packages?.[name];
    return { key, name, version, type, isKept: own !== undefined, kept: own ?? [], dropped: [] };
  });
  wishes.onAnalyzed?.(target);
  using resources = new DisposableStack();
  const plan: EmitPlan = { kept, packages };
  await emitTarget({ userInput: target, read, inventory, plan }, reading, {
    form,
    output,
    layers,
    compression,
    planDigest: `sha256:${'1'.repeat(64)}`,
    resources,
    ...(created === undefined ? {} : { created }),
  });
  return output;
}

interface ReadEntry extends TarEntry {
  readonly content: string;
}

interface EmittedDocument {
  readonly digest: string;
  readonly mediaType: string;
}

interface EmittedConfig {
  readonly created?: string;
  readonly config: { readonly Labels: Record<string, string> } & Record<string, unknown>;
  readonly history: readonly { readonly created_by: string }[];
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

function readBlob(layout: string, digest: string): Buffer {
  const content = readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
  assert.equal(computeDigest(content), digest);
  return content;
}

function readManifest(layout: string): { config: EmittedDocument; layers: EmittedDocument[] } {
  const index: { manifests: EmittedDocument[] } = JSON.parse(
    readFileSync(join(layout, 'index.json'), 'utf8'),
  );
  return JSON.parse(readBlob(layout, index.manifests[0]?.digest ?? '').toString());
}

function readConfig(layout: string): EmittedConfig {
  return JSON.parse(readBlob(layout, readManifest(layout).config.digest).toString());
}

function readLayers(layout: string): ReadEntry[][] {
  const { diff_ids: diffIds } = readConfig(layout).rootfs;
  return readManifest(layout).layers.map(({ digest, mediaType }, number) => {
    const blob = readBlob(layout, digest);
    const archive = mediaType.endsWith('+gzip')
      ? gunzipSync(blob)
      : mediaType.endsWith('+zstd')
        ? zstdDecompressSync(blob)
        : blob;
    assert.equal(computeDigest(archive), diffIds[number]);
    return readArchive(archive);
  });
}

function readArchive(archive: Uint8Array): ReadEntry[] {
  const entries: ReadEntry[] = [];
  const problems: string[] = [];
  const parser = new TarParser(
    {
      isDetailed: true,
      onEntry: (entry) => void entries.push({ ...entry, content: '' }),
      onContent: (piece) => {
        const last = entries.pop();
        assert.ok(last !== undefined);
        entries.push({ ...last, content: last.content + Buffer.from(piece).toString('latin1') });
      },
      onEntryEnd: () => {},
      onProblem: ({ message }) => void problems.push(message),
    },
    DEFAULT_LIMITS,
  );
  parser.push(archive);
  parser.end();
  assert.deepEqual(problems, []);
  return entries;
}

function listNames(entries: readonly ReadEntry[] = []): string[] {
  return entries.map(({ name, type, linkName }) =>
    linkName === '' ? name : `${name} ${type === 'hardlink' ? '=' : '->'} ${linkName}`,
  );
}

function find(entries: readonly ReadEntry[] | undefined, name: string): ReadEntry {
  const entry = entries?.find((one) => one.name === name);
  assert.ok(entry !== undefined, `${name} in ${listNames(entries).join(', ')}`);
  return entry;
}

const createFolder = (name: string, mode = 0o755): FixtureEntry => ({
  name: `${name}/`,
  typeFlag: '5',
  mode,
});
const createFile = (name: string, content = name): FixtureEntry => ({ name, content });

const APP: readonly FixtureEntry[] = [
  createFolder('usr'),
  createFolder('usr/bin'),
  { ...createFile('usr/bin/app', 'program'), mode: 0o4755, uid: 7 },
  createFile('usr/bin/other'),
];

test('emits the files of the plan and nothing else, sorted by bytes', async () => {
  const target = writeImage({ layers: [[...APP, createFile('usr/bin-x'), createFile('zzz')]] });
  const [entries] = readLayers(await emit(target, { keep: ['/usr/bin/app', '/usr/bin-x'] }));
  assert.deepEqual(listNames(entries), ['usr/', 'usr/bin/', 'usr/bin-x', 'usr/bin/app']);
  const { content, mode, uid } = find(entries, 'usr/bin/app');
  assert.deepEqual({ content, mode, uid }, { content: 'program', mode: 0o4755, uid: 7 });
});

test('keeps times, attributes, devices, large owners and names that are not UTF-8', async () => {
  const raw = Buffer.from([0x66, 0xff, 0x2e, 0x62]);
  const target = writeImage({
    layers: [
      [
        createPaxHeader({
          mtime: '1577934245.678901234',
          uid: '3000000',
          'SCHILY.xattr.user.note': 'a=b\n',
          'SCHILY.xattr.security.capability': '\u0001',
        }),
        createFile('f'),
        {
          ...createFile('x', 'raw'),
          patch: (block) => {
            raw.copy(block, 0);
          },
        },
        {
          name: 'null',
          typeFlag: '3',
          patch: (block) => void block.write('0000001\x000000003\0', 329),
        },
        { name: 'pipe', typeFlag: '6', mode: 0o600 },
      ],
    ],
  });
  const keep = ['/f', '/f\uFFFDff.b', '/null', '/pipe'];
  const [entries] = readLayers(await emit(target, { keep }));
  const { details, uid } = find(entries, 'f');
  assert.equal(details?.modified, '1577934245.678901234');
  assert.equal(uid, 3_000_000);
  assert.deepEqual(
    [...(details?.attributes ?? [])].map(([key, value]) => [key, Buffer.from(value).toString()]),
    [
      ['SCHILY.xattr.security.capability', '\u0001'],
      ['SCHILY.xattr.user.note', 'a=b\n'],
    ],
  );
  assert.equal(find(entries, 'f\uFFFDff.b').content, 'raw');
  const device = find(entries, 'null');
  assert.deepEqual(
    [device.type, device.details?.deviceMajor, device.details?.deviceMinor],
    ['character-device', 1, 3],
  );
  assert.equal(find(entries, 'pipe').type, 'fifo');
});

test('keeps a hard link whose first name is dropped, also across layers', async () => {
  const target = writeImage({
    layers: [
      [
        createFile('a', 'content'),
        { name: 'b', typeFlag: '1', linkName: 'a' },
        { name: 'c', typeFlag: '1', linkName: 'b' },
      ],
      [
        { name: 'd', typeFlag: '1', linkName: 'c', mode: 0o600 },
        { name: '.wh.a', content: '' },
      ],
    ],
  });
  const [entries] = readLayers(await emit(target, { keep: ['/c', '/b', '/d'] }));
  assert.deepEqual(listNames(entries), ['b', 'c = b', 'd = b']);
  const { content, mode } = find(entries, 'b');
  // The last name sets the mode of the file, as runtimes apply it.
  assert.deepEqual({ content, mode }, { content: 'content', mode: 0o600 });
});

test('emits a sparse file with all of its bytes', async () => {
  const target = writeImage({
    layers: [
      [
        createPaxHeader({
          'GNU.sparse.major': '0',
          'GNU.sparse.minor': '1',
          'GNU.sparse.size': '6000',
          'GNU.sparse.numblocks': '1',
          'GNU.sparse.map': '5000,3',
        }),
        createFile('sparse', 'end'),
      ],
    ],
  });
  const [entries] = readLayers(await emit(target, { keep: ['/sparse'] }));
  const { content } = find(entries, 'sparse');
  assert.equal(content.length, 6000);
  assert.equal(content.replaceAll('\0', ''), 'end');
  assert.equal(content.indexOf('end'), 5000);
});

test('keeps directories that programs expect, with their metadata', async () => {
  const target = writeImage({
    layers: [
      [
        { ...createFolder('.'), mode: 0o750 },
        ...APP,
        createFolder('data', 0o700),
        createFile('data/old'),
        createFolder('empty'),
        createFolder('etc'),
        createFile(
          'etc/passwd',
          'root:x:0:0:root:/root:/bin/sh\nme:x:1000:1000::/home/me:/bin/sh\n',
        ),
        createFolder('home'),
        createFolder('home/me', 0o711),
        createFile('home/me/.profile'),
        createFolder('run'),
        createFolder('tmp', 0o1777),
        createFile('tmp/left'),
        createFolder('var'),
        createFolder('var/cache'),
        createFolder('var/cache/app'),
        createFile('var/cache/app/x'),
        createFolder('var/lib'),
        createFolder('var/lib/apt'),
        createFolder('var/lib/apt/lists'),
        createFolder('work'),
        createFile('work/notes'),
      ],
    ],
  });
  const [entries] = readLayers(await emit(target, { keep: ['/usr/bin/app'] }));
  assert.deepEqual(listNames(entries), [
    './',
    'data/',
    'empty/',
    'home/',
    'home/me/',
    'run/',
    'tmp/',
    'usr/',
    'usr/bin/',
    'usr/bin/app',
    'var/',
    'var/cache/',
    'var/cache/app/',
    'var/lib/',
    'work/',
  ]);
  assert.equal(find(entries, 'tmp/').mode, 0o1777);
  assert.equal(find(entries, 'home/me/').mode, 0o711);
  assert.equal(find(entries, './').mode, 0o750);
});

test('keeps links that lead to directories in the root', async () => {
  const target = writeImage({
    layers: [
      [
        ...APP,
        { name: 'bin', typeFlag: '2', linkName: 'usr/bin' },
        { name: 'note', typeFlag: '2', linkName: 'zzz' },
      ],
    ],
  });
  const [entries] = readLayers(await emit(target, { keep: ['/usr/bin/app'] }));
  assert.deepEqual(listNames(entries), ['bin -> usr/bin', 'usr/', 'usr/bin/', 'usr/bin/app']);
});

test('a directory without an entry has the time of the image', async () => {
  const target = writeImage({ layers: [[createFile('opt/app', 'x')]] });
  const [entries] = readLayers(await emit(target, { keep: ['/opt/app'] }));
  const { mode, details } = find(entries, 'opt/');
  assert.deepEqual(
    [mode, details?.modified],
    [0o755, String(Date.parse('2024-05-06T07:08:09Z') / 1000)],
  );
});

test('keeps the configuration and adds labels, but no history', async () => {
  const target = writeImage({ layers: [APP] });
  const { config, history, created } = readConfig(await emit(target, { keep: ['/usr/bin/app'] }));
  const { Labels, ...rest } = config;
  const { Labels: _, ...original } = CONFIG;
  assert.deepEqual(rest, original);
  assert.equal(Labels['kept'], 'yes');
  assert.match(Labels['plimsoll.source.digest'] ?? '', /^sha256:[0-9a-f]{64}$/);
  assert.equal(Labels['plimsoll.plan.digest'], `sha256:${'1'.repeat(64)}`);
  assert.equal(created, '2024-05-06T07:08:09Z');
  assert.deepEqual(
    history.map((step) => step.created_by),
    ['plimsoll harden emit'],
  );
});

test('reads the configuration as engines do, whatever the case of its members', async () => {
  const config = { entrypoint: ['/usr/bin/app'], workingdir: '/work', labels: { kept: 'yes' } };
  const layers = [[...APP, createFolder('work'), createFile('work/notes')]];
  const output = await emit(writeImage({ layers, config }), { keep: ['/usr/bin/app'] });
  const [entries] = readLayers(output);
  assert.ok(listNames(entries).includes('work/'));
  const { Labels, ...rest } = readConfig(output).config;
  assert.deepEqual(rest, { Entrypoint: ['/usr/bin/app'], WorkingDir: '/work' });
  assert.equal(Labels['kept'], 'yes');
});

test('uses the given time for the image, and keeps the times of files', async () => {
  const target = writeImage({ layers: [[createPaxHeader({ mtime: '7' }), createFile('f')]] });
  const output = await emit(target, { keep: ['/f'], created: '2000-01-01T00:00:00Z' });
  assert.equal(readConfig(output).created, '2000-01-01T00:00:00Z');
  assert.equal(find(readLayers(output)[0], 'f').details?.modified, '7');
});

for (const form of ['oci-archive', 'docker-archive'] as const) {
  for (const compression of ['gzip', 'zstd', 'none'] as const) {
    test(`an ${form} with ${compression} can be scanned`, async () => {
      const target = writeImage({ layers: [APP] });
      const output = await emit(target, { keep: ['/usr/bin/app'], form, compression });
      const inventory = await readInventory(`${form}:${output}`, {
        temporaryFolder: SCRATCH,
        files: { selection: 'all' },
      });
      assert.deepEqual(inventory.problems, []);
      assert.deepEqual(
        inventory.files.map(({ path }) => path),
        ['/usr', '/usr/bin', '/usr/bin/app'],
      );
    });
  }
}

test('the same image and plan give the same bytes', async () => {
  const target = writeImage({ layers: [APP, [createFile('late', 'x'.repeat(200_000))]] });
  const wishes = { keep: ['/usr/bin/app', '/late'], form: 'oci-archive' } as const;
  const [first, second] = [await emit(target, wishes), await emit(target, wishes)].map((path) =>
    readFileSync(path),
  );
  assert.ok(first !== undefined && second !== undefined && first.equals(second));
});

const DPKG: readonly FixtureEntry[] = [
  createFolder('etc'),
  createFile('etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
  createFile('etc/one.conf', 'settings'),
  createFolder('usr'),
  createFolder('usr/lib'),
  createFile('usr/lib/one.so', 'one'),
  createFile('usr/lib/one-extra.so', 'extra'),
  createFile('usr/lib/one-generated', 'generated'),
  createFile('usr/lib/two.so', 'two'),
  { name: 'lib', typeFlag: '2', linkName: 'usr/lib' },
  createFolder('usr/share'),
  createFile('usr/share/doc/one/copyright', 'License: MIT\n'),
  createFolder('var/lib/dpkg'),
  createFile(
    'var/lib/dpkg/status',
    [
      'Package: one\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nConffiles:\n /etc/one.conf 0123456789abcdef0123456789abcdef\n /etc/gone.conf 1123456789abcdef0123456789abcdef\nDescription: the first\n of two\n',
      'Package: two\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.0\n',
    ].join('\n'),
  ),
  createFile(
    'var/lib/dpkg/info/one:amd64.md5sums',
    `${computeMd5('one')}  lib/one.so\n${computeMd5('extra')}  usr/lib/one-extra.so\n`,
  ),
  createFile(
    'var/lib/dpkg/info/one:amd64.list',
    '/.\n/lib/one.so\n/usr/lib/one-extra.so\n/usr/lib/one-generated\n',
  ),
  createFile('var/lib/dpkg/info/two.md5sums', `${computeMd5('two')}  usr/lib/two.so\n`),
];

function computeMd5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

test('keeps the record of a Debian package, reduced to the files that stay', async () => {
  const target = writeImage({ layers: [DPKG] });
  const keep = ['/etc/os-release', '/etc/one.conf', '/usr/lib/one.so', '/usr/lib/one-generated'];
  const output = await emit(target, { keep, packages: { one: ['/usr/lib/one.so'] } });
  const [entries] = readLayers(output);
  assert.equal(
    find(entries, 'var/lib/dpkg/status.d/one').content,
    'Package: one\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nConffiles:\n /etc/one.conf 0123456789abcdef0123456789abcdef\nDescription: the first\n of two\n',
  );
  assert.equal(
    find(entries, 'var/lib/dpkg/status.d/one.md5sums').content,
    `${computeMd5('one')}  lib/one.so\n${computeMd5('generated')}  usr/lib/one-generated\n`,
  );
  assert.ok(!listNames(entries).some((name) => /two|dpkg\/(?:status$|info)/.test(name)));
  const { packages, problems, distro } = await readInventory(`oci-dir:${output}`, {
    temporaryFolder: SCRATCH,
  });
  assert.deepEqual(problems, []);
  assert.equal(distro?.id, 'debian');
  assert.deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`),
    ['one 1.0'],
  );
  assert.deepEqual(
    packages[0]?.ownedFiles.map(({ path }) => path),
    ['/etc/one.conf', '/lib/one.so', '/usr/lib/one-generated'],
  );
});

test('a database that a program reads itself stays in its form', async () => {
  const target = writeImage({ layers: [DPKG] });
  const keep = ['/usr/lib/one.so', '/var/lib/dpkg/status'];
  const [entries] = readLayers(
    await emit(target, { keep, packages: { one: ['/usr/lib/one.so'] } }),
  );
  assert.match(find(entries, 'var/lib/dpkg/status').content, /^Package: one\n[^]*of two\n$/);
  assert.equal(
    find(entries, 'var/lib/dpkg/info/one.md5sums').content,
    `${computeMd5('one')}  lib/one.so\n`,
  );
});

test('a package name that is a path is not written as one', async () => {
  const status =
    'Package: ../../../evil\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n';
  const target = writeImage({
    layers: [[createFile('f'), createFile('var/lib/dpkg/status', status)]],
  });
  const [entries] = readLayers(
    await emit(target, { keep: ['/f'], packages: { '../../../evil': ['/f'] } }),
  );
  const names = listNames(entries).filter((name) => name.includes('status.d/'));
  assert.equal(names.length, 3);
  assert.ok(
    names.every((name) =>
      /^var\/lib\/dpkg\/status\.d\/(?:package-[0-9a-f]{16}(?:\.md5sums)?)?$/.test(name),
    ),
  );
});

const APK_RECORD = [
  'C:Q1abc=\nP:one\nV:1.0-r0\nA:x86_64\nL:MIT\nF:lib\nM:0:0:755\nR:one.so\na:0:0:755\nZ:Q1x=\nR:extra\nF:usr/share\nR:doc\n',
  'P:two\nV:2.0-r0\nA:x86_64\nF:lib\nR:two.so\n',
].join('\n');

test('reduces the database of apk to the packages and files that stay', async () => {
  const target = writeImage({
    layers: [
      [
        createFile('etc/os-release', 'ID=alpine\nVERSION_ID=3.20.3\n'),
        createFile('lib/one.so'),
        createFile('lib/extra'),
        createFile('lib/two.so'),
        createFile('lib/apk/db/installed', `${APK_RECORD}\n`),
        createFile('lib/apk/db/triggers'),
      ],
    ],
  });
  const [entries] = readLayers(
    await emit(target, { keep: ['/lib/one.so'], packages: { one: ['/lib/one.so'] } }),
  );
  assert.equal(
    find(entries, 'lib/apk/db/installed').content,
    'C:Q1abc=\nP:one\nV:1.0-r0\nA:x86_64\nL:MIT\nF:lib\nM:0:0:755\nR:one.so\na:0:0:755\nZ:Q1x=\n\n',
  );
  assert.ok(!listNames(entries).includes('lib/apk/db/triggers'));
});

test('keeps the records of language packages, and reduces those that list files', async () => {
  const site = 'usr/lib/python3/site-packages';
  const target = writeImage({
    layers: [
      [
        createFile(`${site}/one/__init__.py`),
        createFile(`${site}/one/unused.py`),
        createFile(
          `${site}/one-1.0.dist-info/METADATA`,
          'Metadata-Version: 2.1\nName: one\nVersion: 1.0\n',
        ),
        createFile(
          `${site}/one-1.0.dist-info/RECORD`,
          'one/__init__.py,sha256=abc,3\n"one/unused.py",sha256=abc,3\none-1.0.dist-info/RECORD,,\n',
        ),
        createFile('srv/node_modules/web/package.json', '{"name":"web","version":"3.0.0"}'),
        createFile('srv/node_modules/web/index.js'),
      ],
    ],
  });
  const keep = [`/${site}/one/__init__.py`, '/srv/node_modules/web/index.js'];
  const output = await emit(target, { keep, packages: { one: [], web: [] } });
  const [entries] = readLayers(output);
  assert.equal(
    find(entries, `${site}/one-1.0.dist-info/RECORD`).content,
    'one/__init__.py,sha256=abc,3\none-1.0.dist-info/RECORD,,\n',
  );
  const { packages } = await readInventory(`oci-dir:${output}`, { temporaryFolder: SCRATCH });
  assert.deepEqual(packages.map(({ name }) => name).sort(), ['one', 'web']);
});

function createRpmPackage(name: string, path: string): Uint8Array {
  const [folder, base] = [
    path.slice(0, path.lastIndexOf('/') + 1),
    path.slice(path.lastIndexOf('/') + 1),
  ];
  return createRpmHeader([
    { tag: TAG.name, text: name },
    { tag: TAG.version, text: '1.0' },
    { tag: TAG.release, text: '2' },
    { tag: TAG.architecture, text: 'x86_64' },
    { tag: TAG.fileSizes, numbers: [1] },
    { tag: TAG.directoryIndexes, numbers: [0] },
    { tag: TAG.baseNames, texts: [base] },
    { tag: TAG.directoryNames, texts: [folder] },
  ]);
}

function createRpmLayer(database: Uint8Array, name: string): readonly FixtureEntry[] {
  return [
    createFile('etc/os-release', 'ID=rocky\nVERSION_ID=9.1\n'),
    createFile('usr/lib64/one.so'),
    createFile('usr/lib64/two.so'),
    { name: `var/lib/rpm/${name}`, content: database },
  ];
}

const RPM_WISHES = {
  keep: ['/usr/lib64/one.so', '/etc/os-release'],
  packages: { one: ['/usr/lib64/one.so'] },
};

test('writes an rpm database with the unchanged headers of the packages that stay', async () => {
  const headers = [
    createRpmPackage('one', '/usr/lib64/one.so'),
    createRpmPackage('two', '/usr/lib64/two.so'),
  ];
  const target = writeImage({
    layers: [createRpmLayer(createRpmDatabase(headers), 'rpmdb.sqlite')],
  });
  const output = await emit(target, RPM_WISHES);
  const { packages, problems } = await readInventory(`oci-dir:${output}`, {
    temporaryFolder: SCRATCH,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`),
    ['one 1.0-2'],
  );
  const [entries] = readLayers(output);
  const database = Buffer.from(find(entries, 'var/lib/rpm/rpmdb.sqlite').content, 'latin1');
  assert.ok(database.includes(headers[0] ?? ''));
  // The version of SQLite that wrote it differs between versions of Node.js.
  assert.equal(database.readUInt32BE(96), 3_040_000);
  const [again] = readLayers(await emit(target, RPM_WISHES));
  assert.equal(find(again, 'var/lib/rpm/rpmdb.sqlite').content, database.toString('latin1'));
});

test('rejects an rpm database in another format, with the reason', async () => {
  const database = createNdb([createRpmPackage('one', '/usr/lib64/one.so')]);
  const target = writeImage({ layers: [createRpmLayer(database, 'Packages.db')] });
  const place = mkdtempSync(join(SCRATCH, 'o'));
  const { code, message } = await catchError(
    emit(target, { ...RPM_WISHES, output: join(place, 'slim') }),
  );
  assert.equal(code, 'E_UNSUPPORTED');
  assert.match(message, /Packages\.db.*not in SQLite format/);
  assert.deepEqual(readdirSync(place), []);
});

test('keeps the files that identify the system, and links to directories of the configuration', async () => {
  const target = writeImage({
    layers: [
      [
        ...APP,
        { name: 'etc/os-release', typeFlag: '2', linkName: '../usr/lib/os-release' },
        createFile('usr/lib/os-release', 'ID=debian\n'),
        createFile('etc/debian_version', '12.5\n'),
        createFile('usr/share/buildinfo/content-sets.json', '{}'),
        createFolder('srv/real'),
        { name: 'work', typeFlag: '2', linkName: 'srv/real' },
        createFile('etc/other'),
      ],
    ],
  });
  const [entries] = readLayers(await emit(target, { keep: ['/usr/bin/app'] }));
  assert.deepEqual(
    listNames(entries).filter((name) => !name.endsWith('/')),
    [
      'etc/debian_version',
      'etc/os-release -> ../usr/lib/os-release',
      'usr/bin/app',
      'usr/lib/os-release',
      'usr/share/buildinfo/content-sets.json',
      'work -> srv/real',
    ],
  );
  assert.ok(listNames(entries).includes('srv/real/'));
});

test('divides files into a base and an application', async () => {
  const target = writeImage({
    layers: [
      [
        ...DPKG,
        createFile('srv/app/main', 'x'),
        { name: 'srv/app/same', typeFlag: '1', linkName: 'srv/app/main' },
      ],
    ],
  });
  const keep = ['/usr/lib/one.so', '/srv/app/main', '/srv/app/same'];
  const output = await emit(target, {
    keep,
    packages: { one: ['/usr/lib/one.so'] },
    layers: 'base,application',
  });
  const [base, application] = readLayers(output);
  assert.ok(listNames(base).includes('usr/lib/one.so'));
  assert.ok(listNames(base).includes('var/lib/dpkg/status.d/one'));
  assert.deepEqual(listNames(application), [
    'srv/',
    'srv/app/',
    'srv/app/main',
    'srv/app/same = srv/app/main',
  ]);
});

async function catchError(work: Promise<unknown>): Promise<UserError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
  assert.fail('no error');
}

for (const [title, make] of [
  ['a file', (path: string) => writeFileSync(path, 'mine')],
  ['an empty directory', (path: string) => mkdirSync(path)],
] as const) {
  test(`never replaces ${title} with an image`, async () => {
    const target = writeImage({ layers: [APP] });
    for (const form of ['oci-dir', 'oci-archive', 'docker-archive'] as const) {
      const place = mkdtempSync(join(SCRATCH, 'o'));
      const output = join(place, 'mine');
      make(output);
      const { code, hint } = await catchError(
        emit(target, { keep: ['/usr/bin/app'], form, output }),
      );
      assert.equal(code, 'E_OUTPUT');
      assert.ok(hint !== undefined);
      assert.deepEqual(readdirSync(place), ['mine']);
    }
  });
}

test('leaves nothing behind if temporary files exceed their limit', async () => {
  const target = writeImage({ layers: [[createFile('big', 'x'.repeat(100_000))]] });
  const place = mkdtempSync(join(SCRATCH, 'o'));
  const { code } = await catchError(
    emit(target, {
      keep: ['/big'],
      output: join(place, 'slim'),
      limits: { ...DEFAULT_LIMITS, spillBytesMax: 50_000 },
    }),
  );
  assert.equal(code, 'E_LIMIT');
  assert.deepEqual(readdirSync(place), []);
});

test('leaves nothing behind if the image is replaced between the readings', async () => {
  const target = writeImage({ layers: [[createFile('f', 'before')]] });
  const other = writeImage({ layers: [[createFile('f', 'after!')]] });
  const place = mkdtempSync(join(SCRATCH, 'o'));
  const { code } = await catchError(
    emit(target, {
      keep: ['/f'],
      output: join(place, 'slim'),
      onAnalyzed: (path) => writeFileSync(path, readFileSync(other)),
    }),
  );
  assert.equal(code, 'E_DIGEST_MISMATCH');
  assert.deepEqual(readdirSync(place), []);
});

test('leaves nothing behind if a layer changes between the readings', async () => {
  const target = writeImage({ layers: [[createFile('f', 'before')]] });
  const place = mkdtempSync(join(SCRATCH, 'o'));
  const { code } = await catchError(
    emit(target, {
      keep: ['/f'],
      output: join(place, 'slim'),
      onAnalyzed: (path) => {
        const bytes = readFileSync(path);
        bytes.write('after!', bytes.indexOf('before'));
        writeFileSync(path, bytes);
      },
    }),
  );
  assert.equal(code, 'E_DIGEST_MISMATCH');
  assert.deepEqual(readdirSync(place), []);
});

test('refuses an image that was not read completely', async () => {
  const layer = createTar([createFile('f', 'x'.repeat(500))]).subarray(0, 700);
  const layout = new FixtureLayout();
  const image = layout.addImage({ layers: [layer], entrypoint: ['/f'] });
  const target = join(mkdtempSync(join(SCRATCH, 'i')), 'image.tar');
  writeFileSync(target, createTar(layout.listEntries([image])));
  const output = join(SCRATCH, 'never');
  const { code, message } = await catchError(emit(target, { keep: ['/f'], output }));
  assert.equal(code, 'E_IMAGE_INVALID');
  assert.match(message, /not read completely/);
  assert.ok(!existsSync(output));
});
