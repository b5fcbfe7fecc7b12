import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles, createFlatView } from '../../../../test/support/flat-view.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import type { VisibleFact } from '../../../foundation/core/cataloger.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type AssemblyFact, dotnetAssembly } from './dotnet-assembly.ts';

const DEPS = JSON.stringify({
  targets: {
    'net8.0': { 'Serilog/3.0.1': { runtime: { 'lib/net8.0/Serilog.dll': {} }, native: 7 } },
  },
});

function createAssembly(path: string, product: string, version: string): VisibleFact<AssemblyFact> {
  return {
    path,
    role: 'assembly',
    ref: { layer: 0, row: 0 },
    layer: undefined,
    earlier: [],
    fact: {
      kind: 'assembly',
      texts: [
        ['ProductName', product],
        ['ProductVersion', version],
      ],
    },
  };
}

const listPackages = (facts: readonly VisibleFact<AssemblyFact>[]): string[] =>
  (assemble(facts).packages ?? []).map(
    ({ name, version, locations }) => `${name} ${version} (${locations.length})`,
  );

function assemble(facts: readonly VisibleFact<AssemblyFact>[]) {
  const budget = new Budget(DEFAULT_LIMITS);
  return dotnetAssembly.assemble({ view: createFlatView({}), distro: undefined, facts, budget });
}

suite('assemblies of .NET', () => {
  test('are packages if no dependency file in their directory or above lists them', () => {
    const deps: VisibleFact<AssemblyFact> = {
      ...createAssembly('/app/app.deps.json', '', ''),
      role: 'deps',
      fact: { kind: 'deps', files: ['serilog.dll'] },
    };
    const facts = [
      deps,
      createAssembly('/app/Serilog.dll', 'Serilog', '3.0.1'),
      createAssembly('/app/de/Serilog.dll', 'Serilog', '3.0.1'),
      createAssembly('/app/Loose.DLL', 'Loose', '1.0'),
      createAssembly('/other/Serilog.dll', '', '3.0.1'),
      createAssembly('/other/data.bin', 'Data', '1.0'),
    ];
    assert.deepEqual(listPackages(facts), ['Loose 1.0 (1)', 'Serilog 3.0.1 (1)']);
  });

  test('of a shared framework are one package with the published name', () => {
    const folder = '/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1';
    const facts = ['System.Runtime.dll', 'System.Xml.dll'].map((name) =>
      createAssembly(`${folder}/${name}`, 'Microsoft .NET', '8.0.1'),
    );
    const { packages = [] } = assemble(facts);
    assert.deepEqual(listPackages(facts), ['Microsoft.NETCore.App 8.0.1 (2)']);
    assert.equal(packages[0]?.cpes[0]?.cpe, 'cpe:2.3:a:microsoft:.net:8.0.1:*:*:*:*:*:*:*');
  });

  test('are not other files that begin with the same bytes', () => {
    const { packages, problems } = catalogFiles(dotnetAssembly, {
      '/a.exe': 'MZ',
      '/b.dll': `MZ${'\0'.repeat(100)}`,
      '/c.deps.json': DEPS,
      '/d.deps.json': '['.repeat(99_999),
    });
    assert.deepEqual({ packages, problems }, { packages: [], problems: [] });
  });
});
