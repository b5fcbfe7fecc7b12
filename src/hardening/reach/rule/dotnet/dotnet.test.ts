import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findReach, type ImageFile } from '../../../../../test/support/reach-image.ts';

const SHARED = '/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1';
const PROGRAM = { elf: { type: 3 } } as const;

const DEPS = JSON.stringify({
  targets: {
    '.NETCoreApp,Version=v8.0': {
      'app/1.0.0': { runtime: { 'app.dll': {} } },
      'Json/13.0.1': { runtime: { 'lib/net6.0/Json.dll': {} } },
      'Sqlite/2.0.0': {
        runtimeTargets: { 'runtimes/linux-x64/native/libsqlite.so': { rid: 'linux-x64' } },
        resources: { 'lib/net6.0/de/Sqlite.resources.dll': { locale: 'de' } },
      },
    },
  },
});
const RUNTIME = JSON.stringify({
  runtimeOptions: { framework: { name: 'Microsoft.NETCore.App', version: '8.0.0' } },
});

const FILES: Readonly<Record<string, ImageFile>> = {
  '/usr/share/dotnet/dotnet': PROGRAM,
  '/usr/bin/dotnet': { link: '/usr/share/dotnet/dotnet' },
  '/usr/share/dotnet/host/fxr/8.0.1/libhostfxr.so': PROGRAM,
  [`${SHARED}/System.Private.CoreLib.dll`]: 'MZ',
  [`${SHARED}/System.Xml.dll`]: 'MZ',
  [`${SHARED}/libcoreclr.so`]: PROGRAM,
  '/usr/share/dotnet/shared/Microsoft.AspNetCore.App/8.0.1/Kestrel.dll': 'MZ',
  '/app/app': { elf: { type: 3 }, words: ['app.dll'] },
  '/app/app.dll': 'MZ',
  '/app/Json.dll': 'MZ',
  '/app/Unused.dll': 'MZ',
  '/app/runtimes/linux-x64/native/libsqlite.so': PROGRAM,
  '/app/de/Sqlite.resources.dll': 'MZ',
  '/app/app.deps.json': DEPS,
  '/app/app.runtimeconfig.json': RUNTIME,
};

function startDotnet(command: readonly string[], files = FILES) {
  const found = findReach({ files, command, packages: { all: Object.keys(files) } });
  assert.deepEqual(found.broken, []);
  return found.lines.filter((line) => / (?:dotnet|entrypoint\S*) /.test(line));
}

const OF_PROGRAM = [
  'likely dotnet /app/Json.dll',
  'data dotnet /app/app.deps.json',
  'data dotnet /app/app.runtimeconfig.json',
  'likely dotnet /app/runtimes/linux-x64/native/libsqlite.so',
  `likely dotnet ${SHARED}/System.Private.CoreLib.dll`,
  `possible dotnet ${SHARED}/System.Xml.dll`,
  `likely dotnet ${SHARED}/libcoreclr.so`,
];

suite('files that a .NET program loads', () => {
  test('are the host, the framework it names and its published files', () => {
    assert.deepEqual(startDotnet(['dotnet', '/app/app.dll']), [
      OF_PROGRAM[0],
      ...OF_PROGRAM.slice(1, 2),
      'required entrypoint-argument /app/app.dll',
      ...OF_PROGRAM.slice(2, 4),
      'required entrypoint /usr/bin/dotnet',
      'likely dotnet /usr/share/dotnet/host/fxr/8.0.1/libhostfxr.so',
      ...OF_PROGRAM.slice(4),
    ]);
  });

  test('are the same if it is started by its own host', () => {
    const lines = startDotnet(['/app/app']);
    assert.deepEqual(lines, [
      OF_PROGRAM[0],
      'required entrypoint /app/app',
      ...OF_PROGRAM.slice(1, 2),
      'required dotnet /app/app.dll',
      ...OF_PROGRAM.slice(2),
    ]);
  });

  const broken: readonly (readonly [string, string])[] = [
    ['no JSON', '{'],
    ['cut', DEPS.slice(0, 80)],
    ['empty', ''],
    ['of other types', '{"targets":{"a":{"b":{"runtime":["x"]}},"c":3}}'],
    ['names that lead out', '{"targets":{"a":{"b/1":{"runtime":{"../../../etc/passwd":{}}}}}}'],
  ];
  for (const [name, text] of broken) {
    test(`survive a list of assets that is ${name}`, () => {
      const lines = startDotnet(['dotnet', '/app/app.dll'], {
        ...FILES,
        '/app/app.deps.json': text,
      });
      assert.ok(lines.includes('required entrypoint-argument /app/app.dll'));
      assert.ok(!lines.includes('likely dotnet /app/Json.dll'));
    });
  }

  test('exclude a framework whose name is a path', () => {
    const text = '{"runtimeOptions":{"framework":{"name":"../../.."}}}';
    const files = { ...FILES, '/app/app.runtimeconfig.json': text };
    assert.ok(
      !startDotnet(['dotnet', '/app/app.dll'], files).some((line) => line.includes(SHARED)),
    );
  });
});
