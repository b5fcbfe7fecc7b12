import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../../test/support/inventory.ts';
import type { Inventory, InventoryFile } from '../../../foundation/core/inventory.ts';
import type { ReachStep } from '../../../foundation/core/reach.ts';
import { describeBase } from '../../base/describe-base.ts';
import type { ElfAbi } from '../../base/elf-abi.ts';
import type { AbiFacts } from '../../base/provisions.ts';
import { ImageFiles } from '../image-files.ts';
import { indexPackageFiles } from '../package-files.ts';
import type { RemovalPlan } from '../removal-plan.ts';
import type { BaseCheck } from './base-check.ts';
import { BaseContents } from './base-contents.ts';
import { checkBase } from './check-base.ts';

const MACHINE = '62-64';
const LOADER = '/lib64/ld-linux-x86-64.so.2';
const FOLDER = '/usr/lib/x86_64-linux-gnu';

function createFile(path: string, more: Partial<InventoryFile> = {}): InventoryFile {
  const sha256 = Buffer.from(path.padEnd(32).slice(-32)).toString('hex');
  return {
    path,
    type: 'regular',
    mode: 0o755,
    uid: 0,
    gid: 0,
    sizeBytes: path.length,
    mimeType: '',
    sha256,
    ...more,
  };
}

function createAbi(more: Partial<ElfAbi> = {}): ElfAbi {
  return { machine: MACHINE, needed: [], definedVersions: [], neededVersions: [], ...more };
}

interface Seed {
  readonly files: readonly InventoryFile[];
  readonly abi?: Readonly<Record<string, ElfAbi>>;
  readonly users?: readonly string[];
  readonly packages?: readonly PackageSeed[];
  /** Further steps; `from` is the application by default. */
  readonly steps?: readonly ReachStep[];
}

function createFacts({ abi = {}, users = [] }: Seed): AbiFacts {
  return { files: new Map(Object.entries(abi)), users, groups: [] };
}

/** A base image with glibc up to a version. */
function createBase(glibc: string, more: Seed = { files: [] }): BaseContents {
  const library = `${FOLDER}/libc.so.6`;
  const files = [createFile(library), createFile(LOADER), ...more.files];
  const abi = {
    [library]: createAbi({ soname: 'libc.so.6', definedVersions: ['GLIBC_2.4', glibc] }),
    ...more.abi,
  };
  const inventory = { ...createInventory({ packages: more.packages ?? [] }), files };
  const content = { inventory, abi: createFacts({ ...more, files, abi }) };
  return new BaseContents(describeBase(content, { names: ['base'] }));
}

const SSL = `${FOLDER}/libssl.so.3`;
const APP = '/opt/app';
const FILES = [
  createFile(APP),
  createFile(SSL),
  createFile('/etc/app.conf'),
  createFile('/etc/passwd'),
];
const ABI = {
  [APP]: createAbi({
    interpreter: LOADER,
    needed: ['libc.so.6', 'libssl.so.3'],
    neededVersions: [
      { library: 'libc.so.6', versions: ['GLIBC_2.34'] },
      { library: 'libssl.so.3', versions: ['OPENSSL_3.0.0'] },
    ],
  }),
  [SSL]: createAbi({ soname: 'libssl.so.3', definedVersions: ['OPENSSL_3.0.0'] }),
};

function createStep(to: string, rule: string, token: string, from = APP): ReachStep {
  return { from, to, rule, strength: 'required', witness: { path: from, token } };
}

/** An application; `libssl3` is the package of its library. */
function check(base: BaseContents, more: Partial<Seed> = {}, user?: string): BaseCheck {
  const files = [...FILES, ...(more.files ?? [])];
  const steps = [
    createStep(SSL, 'elf-loader', 'libssl.so.3'),
    createStep('/etc/app.conf', 'settings', '/etc/app.conf'),
    ...(more.steps ?? []),
  ];
  const inventory: Inventory = {
    ...createInventory({
      packages: [
        { name: 'libssl3', type: 'deb', key: 'ssl', ownedFiles: [{ path: SSL }] },
        { name: 'other', type: 'deb', key: 'other', ownedFiles: [{ path: APP }] },
        ...(more.packages ?? []),
      ],
    }),
    files,
    reach: { files: [], opacities: [], tainted: [], packages: [], rules: {}, steps },
  };
  const plan = {
    kept: files.map(({ path, type, sizeBytes, sha256 }) => {
      return { path, type, sizeBytes, sha256, because: 'required' };
    }),
    roots: [{ path: APP, rule: 'entrypoint', token: APP }],
    bets: [],
    request: { user },
  } as unknown as RemovalPlan;
  const image = new ImageFiles(files);
  const packages = indexPackageFiles(inventory, image);
  const abi = createFacts({ files, abi: { ...ABI, ...more.abi }, users: ['app:7'] });
  return checkBase({
    plan,
    inventory,
    files: image,
    packages,
    abi,
    base,
    name: 'base',
    doubts: [],
  });
}

function listItems({ items }: BaseCheck, state: string): readonly string[] {
  return items.filter((item) => item.state === state).map(({ kind, name }) => `${kind} ${name}`);
}

const WITH_SSL: Seed = {
  files: [createFile(SSL), createFile('/etc/app.conf')],
  abi: { [SSL]: ABI[SSL] },
};

suite('a check against another base image', () => {
  test('is "yes" if the base image provides everything', () => {
    const { result, own, added, items } = check(createBase('GLIBC_2.34', WITH_SSL));
    assert.equal(result, 'yes');
    assert.deepEqual([own.map(({ sources }) => sources), added], [[[APP]], []]);
    const version = items.find(({ kind }) => kind === 'version');
    assert.deepEqual([version?.neededBy, version?.witness], [APP, 'GLIBC_2.34']);
  });

  test('is "yes with" the files that the base image lacks, each with its witness', () => {
    const found = check(createBase('GLIBC_2.34'));
    assert.equal(found.result, 'yes-with');
    assert.deepEqual(listItems(found, 'copied'), ['file /etc/app.conf', 'library libssl.so.3']);
    assert.deepEqual(
      found.added.flatMap(({ sources }) => sources),
      ['/etc/app.conf', SSL],
    );
    assert.equal(found.items.find(({ name }) => name === 'libssl.so.3')?.neededBy, APP);
    // A copy has no record, but the vulnerabilities of its package.
    assert.deepEqual(found.copiedFrom, [{ key: 'ssl', name: 'libssl3', version: '1.0' }]);
  });

  test('is "no" if the C library is older, of another kind, or for another machine', () => {
    const old = check(createBase('GLIBC_2.31', WITH_SSL));
    assert.deepEqual([old.result, listItems(old, 'missing')], ['no', ['version GLIBC_2.34']]);
    const musl = '/lib/ld-musl-x86_64.so.1';
    const inventory = { ...createInventory({ packages: [] }), files: [createFile(musl)] };
    const abi = createFacts({
      files: [],
      abi: { [musl]: createAbi({ soname: 'libc.musl-x86_64.so.1' }) },
    });
    const alpine = new BaseContents(describeBase({ inventory, abi }, { names: ['alpine'] }));
    assert.deepEqual(listItems(check(alpine), 'missing'), [`loader ${LOADER}`]);
    const other = createBase('GLIBC_2.34', { files: [createFile('/usr/lib/libx.so.1')], abi: {} });
    const foreign = check(other, { abi: { [APP]: { ...ABI[APP], machine: '183-64' } } });
    assert.ok(listItems(foreign, 'missing').includes('machine 183-64'));
  });

  test('copies a library of which the base image has an older version', () => {
    const older = createAbi({ soname: 'libssl.so.3', definedVersions: ['OPENSSL_2.9.0'] });
    const base = createBase('GLIBC_2.34', { ...WITH_SSL, abi: { [SSL]: older } });
    const files = [createFile(SSL, { sha256: 'ab'.repeat(32) })];
    assert.deepEqual(listItems(check(base, { files }), 'copied'), ['library libssl.so.3']);
  });

  test('is "unknown" if neither image has a library that a program needs', () => {
    const needed = [...(ABI[APP]?.needed ?? []), 'libgone.so.1'];
    const abi = { [APP]: createAbi({ ...ABI[APP], needed }) };
    const found = check(createBase('GLIBC_2.34', WITH_SSL), { abi });
    assert.deepEqual(
      [found.result, listItems(found, 'unknown')],
      ['unknown', ['library libgone.so.1']],
    );
    assert.deepEqual(found.doubts, ['libgone.so.1: neither image has it']);
  });

  test('copies extensions that the interpreter of the base image lacks', () => {
    const php = '/usr/bin/php8.2';
    const [curl, cache] = ['curl', 'opcache'].map((name) => `/usr/lib/php/20220829/${name}.so`);
    const own = [php, curl ?? '', cache ?? ''];
    const base = createBase('GLIBC_2.34', {
      ...WITH_SSL,
      files: [...WITH_SSL.files, createFile(php), createFile(cache ?? '')],
    });
    const found = check(base, {
      files: own.map((path) => createFile(path)),
      packages: own.map((path) => ({ name: path, type: 'deb', ownedFiles: [{ path }] })),
      steps: [
        createStep(php, 'shebang', php),
        ...own.slice(1).map((path) => createStep(path, 'php', path, php)),
      ],
    });
    assert.deepEqual(listItems(found, 'copied'), [`file ${curl}`]);
    assert.ok(listItems(found, 'present').includes('interpreter php 20220829'));
    assert.equal(found.result, 'yes-with');
  });

  test('uses a later Java of the base image, unless modules were removed in between', () => {
    const java = '/usr/bin/java';
    const checkJava = (version: string, provided: string): readonly string[] => {
      const runtime = { name: 'openjdk-jre', type: 'deb', ownedFiles: [{ path: java }] };
      const base = createBase('GLIBC_2.34', {
        ...WITH_SSL,
        files: [...WITH_SSL.files, createFile(java)],
        packages: [{ ...runtime, version: provided }],
      });
      const found = check(base, {
        files: [createFile(java)],
        packages: [{ ...runtime, version }],
        steps: [createStep(java, 'entrypoint', java)],
      });
      return found.items
        .filter(({ kind }) => kind === 'interpreter')
        .map(({ state, detail }) => `${state} ${detail}`);
    };
    assert.deepEqual(checkJava('17.0.1', '21.0.2'), ['present ']);
    assert.deepEqual(checkJava('21.0.2', '17.0.1'), ['copied the base image has java 61']);
    assert.deepEqual(checkJava('8u392-ga', '17.0.1'), ['copied the base image has java 61']);
    assert.deepEqual(checkJava('1.7.0', '8u392-ga'), ['present ']);
  });

  test('starts a copied Java by its real path, because its libraries are beside it', () => {
    const [link, java] = ['/usr/bin/java', '/usr/lib/jvm/java-17/bin/java'];
    const checkStart = (from: string): BaseCheck =>
      check(createBase('GLIBC_2.34', WITH_SSL), {
        files: [
          createFile(java),
          createFile(link, { type: 'symlink', linkTarget: '../lib/jvm/java-17/bin/java' }),
        ],
        packages: [
          { name: 'openjdk-jre', version: '17', type: 'deb', ownedFiles: [{ path: java }] },
          { name: 'links', type: 'deb', ownedFiles: [{ path: link }] },
        ],
        steps: [createStep(link, 'entrypoint', 'java', from)],
      });
    const entry = checkStart('(config)');
    assert.deepEqual([entry.result, entry.program], ['yes-with', java]);
    const sources = entry.added.flatMap((line) => line.sources);
    assert.ok(sources.includes(java) && !sources.includes(link), sources.join());
    const script = checkStart(APP);
    assert.deepEqual([script.result, script.program], ['unknown', undefined]);
    assert.match(script.doubts.join(), /a copy of the link .usr.bin.java does not find/);
  });

  test('does not replace the accounts of the base image, and gives the user a number', () => {
    const found = check(createBase('GLIBC_2.34', WITH_SSL), {}, 'app');
    assert.equal(found.user, '7');
    assert.deepEqual(listItems(found, 'copied'), ['user app']);
    assert.ok(!found.own.some(({ sources }) => sources.includes('/etc/passwd')));
    assert.equal(check(createBase('GLIBC_2.34', WITH_SSL), {}, 'nobody').result, 'no');
    const known = createBase('GLIBC_2.34', { ...WITH_SSL, users: ['app:9'] });
    assert.equal(check(known, {}, 'app').user, undefined);
  });
});
