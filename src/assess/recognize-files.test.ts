import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { createInventory } from '../../test/support/inventory.ts';
import type { Inventory, InventoryFile } from '../foundation/core/inventory.ts';
import { isRecognized } from '../foundation/core/recognized.ts';
import { BaseStore } from '../hardening/base/base-store.ts';
import { describeBase } from '../hardening/base/describe-base.ts';
import { recognizeFiles } from './recognize-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-recognize-'));
after(() => rmSync(folder, { recursive: true }));

function createFile(path: string, content: string, buildId?: string): InventoryFile {
  const isProgram = /\/bin\/|\.so/.test(path);
  return {
    path,
    type: 'regular',
    mode: 0o755,
    uid: 0,
    gid: 0,
    sizeBytes: 100,
    mimeType: '',
    sha256: createHash('sha256').update(content).digest('hex'),
    ...(isProgram
      ? {
          executable: {
            format: 'elf',
            hasExports: false,
            hasEntrypoint: true,
            importedLibraries: [],
            ...(buildId === undefined ? {} : { buildId: buildId.repeat(20) }),
          },
        }
      : {}),
  };
}

type Owned = Readonly<Record<string, readonly InventoryFile[]>>;

/** Packages as `name version`, each with its files. */
function createRecorded(owned: Owned): Inventory {
  const packages = Object.keys(owned).map((text) => {
    const [name = '', version = ''] = text.split(' ');
    return { name, version, type: 'deb' };
  });
  const inventory = createInventory({ distro: { id: 'debian', versionId: '12' }, packages });
  return {
    ...inventory,
    files: Object.values(owned).flat(),
    relationships: Object.values(owned).flatMap((files, index) =>
      files.map(({ path }) => {
        return { kind: 'contains-file', from: inventory.packages[index]?.key ?? '', path } as const;
      }),
    ),
  };
}

const [SHARED, ...COPIES] = ['openssl', 'zlib1g', 'bash'].map((name) =>
  createFile(`/usr/share/doc/${name}/copyright`, 'the same text in several packages'),
) as [InventoryFile, InventoryFile, InventoryFile];
const OPENSSL = createFile('/usr/bin/openssl', 'openssl 3', 'aa');
const LIBRARY = createFile('/usr/lib/libz.so.1.2.13', 'zlib');
const TEXTS = ['a', 'b', 'c', 'd'].map((name) => createFile(`/usr/share/tz/${name}`, name));
const RECORDED: Owned = {
  'openssl 3.0.15-1': [OPENSSL, createFile('/etc/ssl/openssl.cnf', 'settings'), SHARED],
  'zlib1g 1:1.2.13.dfsg-1': [LIBRARY, COPIES[0]],
  'tzdata 2026a-0': TEXTS,
  'bash 5.2-1': [createFile('/bin/bash', 'bash'), COPIES[1]],
};
const store = new BaseStore(join(folder, 'bases'));
store.addImage(
  describeBase(
    { inventory: createRecorded(RECORDED), abi: { files: new Map(), users: [], groups: [] } },
    { names: ['debian:12'] },
  ),
);

function recognize(
  files: readonly InventoryFile[],
  recorded: Owned = {},
  inferred: Inventory['packages'] = [],
): Promise<Inventory> {
  const known = createRecorded(recorded);
  const packages = [...known.packages, ...inferred];
  const inventory = { ...known, packages, files: [...known.files, ...files] };
  return recognizeFiles(
    inventory,
    { folder: join(folder, 'bases') },
    { notify: assert.fail, readAllFiles: () => Promise.resolve(inventory) },
  );
}

function listNames({ packages }: Inventory): readonly string[] {
  return packages.filter(isRecognized).map(({ name, version }) => `${name} ${version}`);
}

const ALL = Object.values(RECORDED).flat();

suite('packages without a record', () => {
  test('are recognized by their files, and the missing database is named', async () => {
    const inventory = await recognize([...new Set(ALL)]);
    assert.deepEqual(listNames(inventory), [
      'bash 5.2-1',
      'openssl 3.0.15-1',
      'tzdata 2026a-0',
      'zlib1g 1:1.2.13.dfsg-1',
    ]);
    const [problem] = inventory.problems;
    assert.equal(problem?.path, '/var/lib/dpkg/status');
    assert.match(problem?.message ?? '', /4 packages were recognized by their files, of 4 that/);
    const item = inventory.packages.find(({ name }) => name === 'openssl');
    assert.match(item?.rule ?? '', /package of debian:12 .*: 2 of its 3 files by their digests/);
  });

  test('are not recognized by a license text, nor by few of many data files', async () => {
    const unrelated = createFile('/opt/bin/tool', 'another program');
    assert.deepEqual(listNames(await recognize([unrelated, SHARED, ...TEXTS.slice(0, 1)])), []);
    const some = await recognize([OPENSSL, SHARED, ...TEXTS.slice(0, 1)]);
    assert.deepEqual(listNames(some), ['openssl 3.0.15-1']);
  });

  test('are recognized under another name, and by the build ID of a stripped program', async () => {
    const renamed = await recognize([{ ...OPENSSL, path: '/opt/bin/x' }]);
    assert.deepEqual(listNames(renamed), ['openssl 3.0.15-1']);
    assert.match(
      renamed.problems.map(({ message }) => message).join('\n'),
      /this is \/usr\/bin\/openssl of openssl 3\.0\.15-1 under another name/,
    );
    const stripped = await recognize([createFile('/usr/bin/openssl', 'stripped', 'aa')]);
    assert.deepEqual(listNames(stripped), ['openssl 3.0.15-1']);
    assert.match(stripped.packages[0]?.rule ?? '', /by its build ID/);
  });

  test('are recognized by the version in a name only if the system was recognized', async () => {
    const changed = createFile('/usr/lib/libz.so.1.2.13', 'rebuilt');
    assert.deepEqual(listNames(await recognize([changed, OPENSSL])), ['openssl 3.0.15-1']);
    const most = ALL.filter((file) => file !== LIBRARY);
    assert.ok(listNames(await recognize([changed, ...most])).includes('zlib1g 1:1.2.13.dfsg-1'));
    const other = createFile('/usr/lib/libz.so.1.3.1', 'rebuilt');
    assert.ok(
      !listNames(await recognize([other, ...most]))
        .join()
        .includes('zlib1g'),
    );
  });

  test('replace packages inferred from the same file, unless its content differs', async () => {
    const rest = ALL.filter((file) => file !== OPENSSL);
    for (const [content, expected] of [
      ['openssl 3', ['deb 3.0.15-1']],
      ['rebuilt', ['binary 3.0.15', 'deb 3.0.15-1']],
    ] as const) {
      const file = createFile('/usr/bin/openssl', content);
      const inferred = createInventory({
        packages: [{ name: 'openssl', version: '3.0.15', type: 'binary', yieldsToOwner: true }],
      }).packages.map((item) => ({
        ...item,
        locations: [{ path: file.path, accessPath: file.path, evidence: 'primary' } as const],
      }));
      const { packages } = await recognize([file, ...rest], {}, inferred);
      assert.deepEqual(
        packages
          .flatMap(({ name, type, version }) => (name === 'openssl' ? [`${type} ${version}`] : []))
          .sort(),
        expected,
        content,
      );
    }
  });

  test('are added beside recorded ones, with a problem for each', async () => {
    const { 'openssl 3.0.15-1': _, ...rest } = RECORDED;
    const inventory = await recognize([OPENSSL], rest);
    assert.deepEqual(listNames(inventory), ['openssl 3.0.15-1']);
    assert.deepEqual(
      inventory.problems.map(({ message }) => message),
      ['no record lists openssl 3.0.15-1, of which 1 of 3 files is present'],
    );
    assert.deepEqual(listNames(await recognize([], RECORDED)), []);
  });
});

test('a missing os-release is recognized by the packages, if most of them agree', async () => {
  const known = createRecorded(RECORDED);
  const run = (inventory: Inventory): Promise<Inventory> =>
    recognizeFiles(
      { ...inventory, distro: undefined },
      { folder: join(folder, 'bases') },
      { notify: assert.fail, readAllFiles: () => Promise.resolve(inventory) },
    );
  const { distro, problems } = await run(known);
  assert.deepEqual([distro?.id, distro?.versionId], ['debian', '12']);
  assert.match(problems[0]?.message ?? '', /by 4 of 4 packages, the system is probably debian/);
  const other = createRecorded({ 'a 1': [], 'b 1': [], 'c 1': [], 'bash 5.2-1': [] });
  assert.equal((await run(other)).distro, undefined);
});
