import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { nugetPackagesConfig } from './nuget-packages-config.ts';

const read = (text: string | Uint8Array): ReturnType<typeof catalogFiles> =>
  catalogFiles(nugetPackagesConfig, { '/src/packages.config': text });

const LIST = `<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="Newtonsoft.Json" version="6.0.4" targetFramework="net45" />
  <package id="Newtonsoft.Json" version="6.0.4" targetFramework="net48" />
  <package id="StyleCop" version="1.0.0" developmentDependency="true" />
  <package id="Nameless" />
</packages>`;

test('packages.config lists packages without those for development', () => {
  for (const content of [LIST, `\uFEFF${LIST}`, Buffer.from(`\uFEFF${LIST}`, 'utf16le')]) {
    const { packages, problems } = read(content);
    assert.deepEqual(
      packages.map(({ purl, type }) => [purl, type]),
      [['pkg:nuget/Newtonsoft.Json@6.0.4', 'dotnet']],
    );
    assert.deepEqual(problems, ['P_RECORD /src/packages.config:']);
  }
});

test('packages.config that is truncated or of another type is malformed', () => {
  for (const text of ['', LIST.slice(0, 120), '<configuration/>', '<'.repeat(9_999)]) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /src/packages.config:']);
  }
});
