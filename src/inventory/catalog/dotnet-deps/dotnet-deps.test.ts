import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createPe } from '../../../foundation/bytes/executable/executable-image.fixture.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { createBundle } from '../../ecosystem/dotnet/bundle.fixture.ts';
import { dotnetDeps } from './dotnet-deps.ts';

const PATH = '/app/Shop.deps.json';
const read = (document: unknown, limits = DEFAULT_LIMITS): ReturnType<typeof catalogFiles> =>
  catalogFiles(
    dotnetDeps,
    { [PATH]: typeof document === 'string' ? document : JSON.stringify(document) },
    { limits },
  );
const withTargets = (targets: object, libraries: object = {}): object => ({
  targets: { '.NETCoreApp,Version=v6.0': targets },
  libraries,
});
const FILE = { runtime: { 'lib/net6.0/a.dll': {} } };

const SHOP = withTargets(
  {
    'Shop/1.0.0': { dependencies: { 'Shop.Common': '1.0.0', Umbrella: '2.0.0' } },
    'Shop.Common/1.0.0': { dependencies: { Json: '13.0.1', 'Shop.Common': '1.0.0' }, ...FILE },
    'Json/13.0.1': FILE,
    'Umbrella/2.0.0': { dependencies: { Part: '1.0.0' } },
    'Part/1.0.0': { native: { 'runtimes/linux-x64/native/libpart.so': {} } },
    'Analyzer/1.0.0': {},
    'System.Text/4.0.0': { compile: { 'System.Text.dll': {} } },
    'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/6.0.13': FILE,
  },
  {
    'Shop/1.0.0': { type: 'project' },
    'Shop.Common/1.0.0': { type: 'project' },
    'Json/13.0.1': { type: 'package', path: 'json/13.0.1', sha512: 'abc', hashPath: 'json.sha512' },
    'System.Text/4.0.0': { type: 'referenceassembly', sha512: '' },
  },
);

suite('the dependency file of a .NET program', () => {
  test('lists the program and packages with files, directly or indirectly', () => {
    const { packages, problems } = read(SHOP);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      [
        'pkg:nuget/Shop@1.0.0',
        'pkg:nuget/Json@13.0.1',
        'pkg:nuget/Umbrella@2.0.0',
        'pkg:nuget/Part@1.0.0',
        'pkg:nuget/runtimepack.Microsoft.NETCore.App.Runtime.linux-x64@6.0.13',
      ],
    );
    assert.deepEqual(packages[1]?.metadata?.value, {
      name: 'Json',
      version: '13.0.1',
      path: 'json/13.0.1',
      sha512: 'abc',
      hashPath: 'json.sha512',
      type: 'package',
    });
    assert.deepEqual(packages[4]?.cpes, [
      { cpe: 'cpe:2.3:a:microsoft:.net:6.0.13:*:*:*:*:*:*:*', source: 'declared' },
    ]);
  });

  test('connects packages across projects between them', () => {
    assert.deepEqual(read(SHOP).edges, [
      'Json 13.0.1 > Shop 1.0.0',
      'Part 1.0.0 > Umbrella 2.0.0',
      'Umbrella 2.0.0 > Shop 1.0.0',
    ]);
  });

  test('includes packages without files if a tool merges assemblies', () => {
    const { packages } = read(withTargets({ 'Fody/6.0.0': {}, 'Quiet/1.0.0': {} }));
    assert.equal(packages.length, 2);
  });

  test('skips entries without a name or version, and stops at its limit', () => {
    const { packages, problems } = read(
      withTargets({ '/1': FILE, 'a/': FILE, b: FILE, 'c/1': 7, 'd/1': FILE, 'e/1': FILE }),
      { ...DEFAULT_LIMITS, recordsMax: 1 },
    );
    assert.equal(packages.length, 1);
    assert.deepEqual(problems, [`P_RECORD ${PATH}:`, `P_LIMIT ${PATH}:`]);
  });

  test('terminates for cycles and very many projects', () => {
    const size = 3_000;
    const targets: Record<string, object> = {};
    const about: Record<string, object> = {};
    for (let at = 0; at < size; at++) {
      targets[`p${at}/1`] = { dependencies: { [`p${(at + 1) % size}`]: '1' } };
      about[`p${at}/1`] = { type: 'project' };
      targets[`k${at}/1`] = { dependencies: { p0: '1' }, ...FILE };
    }
    assert.equal(read(withTargets(targets, about)).packages.length, size);
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', '{"targets": {', '[]', '{"targets":[]}', '['.repeat(99_999)]) {
      assert.deepEqual(read(text).problems, [`P_MALFORMED ${PATH}:`]);
    }
  });

  test('may be embedded in a single-file program', () => {
    const createHost = (bytes: Buffer): Buffer => createPe({ name: '.data', bytes });
    const program = createBundle(createHost, JSON.stringify(SHOP), { version: 6 });
    const { packages, problems } = catalogFiles(dotnetDeps, {
      '/app/Shop.exe': program,
      '/app/plain.exe': createHost(Buffer.alloc(64)),
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, locations }) => [name, locations[0]?.path]),
      read(SHOP).packages.map(({ name }) => [name, '/app/Shop.exe']),
    );
  });
});
