import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { nugetProjectFile } from './nuget-project-file.ts';

const read = (text: string, path = '/src/app.csproj'): ReturnType<typeof catalogFiles> =>
  catalogFiles(nugetProjectFile, { [path]: text });

const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><SerilogVersion>3.0.1</SerilogVersion></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="LiteDB" Version="5.0.12" />
    <PackageReference Include="Serilog" Version="$(SerilogVersion)" />
    <PackageReference Include="Exact"><Version>[1.2.3]</Version></PackageReference>
    <PackageReference Include="Central" />
    <PackageReference Include="Floats" Version="1.*" />
    <PackageReference Include="Range" Version="[1.0,2.0)" />
    <PackageReference Include="Elsewhere" Version="$(Unset)" />
  </ItemGroup>
</Project>`;

test('lists references with one version, and expands properties of the file', () => {
  const { packages, problems } = read(PROJECT);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl, confidence }) => [purl, confidence]),
    [
      ['pkg:nuget/LiteDB@5.0.12', 0.6],
      ['pkg:nuget/Serilog@3.0.1', 0.6],
      ['pkg:nuget/Exact@1.2.3', 0.6],
    ],
  );
});

test('includes central lists of versions', () => {
  const list = `<Project><ItemGroup>
    <PackageVersion Include="A" Version="1.0.0"/><GlobalPackageReference Include="B" Version="2.0"/>
    <PackageReference Update="C" Version="3.0"/></ItemGroup></Project>`;
  for (const path of ['/Directory.Packages.props', '/x.packages.props', '/Packages.props']) {
    assert.deepEqual(
      read(list, path)
        .packages.map(({ name }) => name)
        .toSorted(),
      ['A', 'B', 'C'],
    );
  }
});

test('reports a truncated project or another type as malformed', () => {
  for (const text of ['', PROJECT.slice(0, 90), '<packages/>']) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /src/app.csproj:']);
  }
});

const CENTRAL = `<Project><ItemGroup>
  <PackageVersion Include="Used" Version="1.0.0" Condition="'$(TargetFramework)' == 'net8.0'" />
  <PackageVersion Include="Used" Version="2.0.0" />
  <PackageVersion Include="Overridden" Version="3.0.0" />
  <PackageVersion Include="Shared" Version="4.0.0" />
  <PackageVersion Include="Unused" Version="5.0.0" />
  <GlobalPackageReference Include="Global" Version="6.0.0" />
</ItemGroup></Project>`;
const CENTRAL_PROJECT = `<Project><Import Project="Sdk.props" Sdk="X" /><ItemGroup>
  <PackageReference Include="used" />
  <PackageReference Include="Overridden" VersionOverride="3.1.0" />
</ItemGroup></Project>`;
const BUILD = `<Project>
  <Import Project="$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '..'))" />
  <ItemGroup><PackageReference Include="Shared" /></ItemGroup>
</Project>`;

const listNames = (files: Readonly<Record<string, string>>): string[] =>
  catalogFiles(nugetProjectFile, files)
    .packages.map(({ name, version }) => `${name} ${version}`)
    .toSorted();

test('lists only versions of a central list that a project refers to', () => {
  const files = {
    '/s/Directory.Packages.props': CENTRAL,
    '/s/Directory.Build.props': BUILD,
    '/s/app/app.csproj': CENTRAL_PROJECT,
  };
  const used = ['Global 6.0.0', 'Overridden 3.1.0', 'Shared 4.0.0', 'Used 1.0.0', 'Used 2.0.0'];
  assert.deepEqual(listNames(files), used);
  const all = [...used, 'Overridden 3.0.0', 'Unused 5.0.0'].toSorted();
  const opened = { ...files, '/s/app/b.csproj': '<Project><Import Project="x.props"/></Project>' };
  const pinned = {
    ...files,
    '/s/Directory.Build.props': BUILD.replace(
      '<Project>',
      '<Project><PropertyGroup><CentralPackageTransitivePinningEnabled>True</CentralPackageTransitivePinningEnabled></PropertyGroup>',
    ),
  };
  assert.deepEqual([...new Set(listNames(opened))], all);
  assert.deepEqual([...new Set(listNames(pinned))], all);
  assert.deepEqual(
    listNames({ '/s/Directory.Packages.props': CENTRAL, '/other/app.csproj': CENTRAL_PROJECT }),
    [
      'Global 6.0.0',
      'Overridden 3.0.0',
      'Overridden 3.1.0',
      'Shared 4.0.0',
      'Unused 5.0.0',
      'Used 1.0.0',
      'Used 2.0.0',
    ],
  );
});

test('uses the nearest list that contains a package', () => {
  const list = (version: string): string =>
    `<Project><ItemGroup><PackageVersion Include="Used" Version="${version}" /></ItemGroup></Project>`;
  const files = {
    '/Directory.Packages.props': list('1.0'),
    '/s/Directory.Packages.props': list('2.0'),
    '/s/app/app.csproj': CENTRAL_PROJECT,
  };
  assert.deepEqual(listNames(files), ['Overridden 3.1.0', 'Used 2.0']);
});

test('leaves out a project that is locked or restored', () => {
  for (const settled of ['packages.lock.json', 'obj/project.assets.json']) {
    const files = { '/a/app.csproj': PROJECT, [`/a/${settled}`]: '{}', '/b/b.csproj': PROJECT };
    assert.deepEqual(listNames(files), ['Exact 1.2.3', 'LiteDB 5.0.12', 'Serilog 3.0.1']);
  }
});
