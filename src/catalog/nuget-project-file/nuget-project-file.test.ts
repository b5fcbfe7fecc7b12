import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogued } from '../../../test/support/flat-view.ts';
import { nugetProjectFile } from './nuget-project-file.ts';

const read = (text: string, path = '/src/app.csproj'): ReturnType<typeof catalogued> =>
  catalogued(nugetProjectFile, { [path]: text });

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

test('references with one version are packages, properties of the file put in', () => {
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

test('central lists of versions count too', () => {
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

test('a project that is cut or of another kind is malformed', () => {
  for (const text of ['', PROJECT.slice(0, 90), '<packages/>']) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /src/app.csproj:']);
  }
});
