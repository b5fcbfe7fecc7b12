import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FixtureLayout } from '../foundation/bytes/oci/image.fixture.ts';
import { createPaxHeader, createTar } from '../foundation/bytes/tar/tar.fixture.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import {
  APP,
  CONFIG,
  catchError,
  createFile,
  createFolder,
  DPKG,
  emit,
  find,
  listNames,
  readConfig,
  readLayers,
  SCRATCH,
  writeImage,
} from './emit-target.fixture.ts';
import { readInventory } from './read-inventory.ts';

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

test('keeps the times in headers of GNU and star archives', async () => {
  const target = writeImage({
    layers: [
      [
        {
          ...createFile('gnu'),
          dialect: 'gnu',
          patch: (block) => void block.write('00000000012\x0000000000013\0', 345),
        },
        {
          ...createFile('accessed'),
          dialect: 'gnu',
          patch: (block) => void block.write('00000000014\0', 345),
        },
        {
          ...createFile('star'),
          patch: (block) => {
            block.write('00000000015\x0000000000016\0', 476);
            block.write('tar\0', 508);
          },
        },
        { ...createFile('without'), dialect: 'gnu' },
      ],
    ],
  });
  const keep = ['/gnu', '/accessed', '/star', '/without'];
  const [entries] = readLayers(await emit(target, { keep }));
  const readTimes = (name: string): readonly unknown[] => {
    const { details } = find(entries, name);
    return [details?.accessed, details?.changed];
  };
  assert.deepEqual(readTimes('gnu'), ['10', '11']);
  assert.deepEqual(readTimes('accessed'), ['12', undefined]);
  assert.deepEqual(readTimes('star'), ['13', '14']);
  assert.deepEqual(readTimes('without'), [undefined, undefined]);
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

test('keeps directories of a package manager if its database is read', async () => {
  const target = writeImage({
    layers: [
      [
        ...APP,
        createFolder('var'),
        createFolder('var/cache'),
        createFolder('var/cache/apk'),
        createFolder('var/cache/apt'),
        createFile('lib/apk/db/triggers'),
      ],
    ],
  });
  const keep = ['/usr/bin/app', '/lib/apk/db/triggers'];
  const [entries] = readLayers(await emit(target, { keep }));
  const names = listNames(entries).filter((name) => name.startsWith('var/'));
  assert.deepEqual(names, ['var/', 'var/cache/', 'var/cache/apk/']);
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
