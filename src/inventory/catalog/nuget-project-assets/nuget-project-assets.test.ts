import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { nugetProjectAssets } from './nuget-project-assets.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(nugetProjectAssets, { '/src/obj/project.assets.json': text });

const ASSETS = {
  version: 3,
  targets: {
    'net6.0': {
      'Serilog/3.0.1': { type: 'package', dependencies: { 'system.memory': '4.5.0' } },
      'System.Memory/4.5.0': { type: 'package' },
      'Own.Library/1.0.0': { type: 'project' },
    },
    'net8.0/linux-x64': {
      'Serilog/3.0.1': { type: 'package', dependencies: { 'System.Memory': '4.5.0' } },
      'System.Memory/4.5.5': { type: 'package' },
    },
  },
};

test('project.assets.json lists packages by framework, with edges within each', () => {
  const { packages, edges, problems } = read(JSON.stringify(ASSETS));
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:nuget/Serilog@3.0.1', 'pkg:nuget/System.Memory@4.5.0', 'pkg:nuget/System.Memory@4.5.5'],
  );
  assert.deepEqual(edges, [
    'System.Memory 4.5.0 > Serilog 3.0.1',
    'System.Memory 4.5.5 > Serilog 3.0.1',
  ]);
});

test('project.assets.json loses entries without a version, and all if malformed', () => {
  const { packages, problems } = read('{"targets":{"n":{"a":{"type":"package"},"b/1":7},"m":1}}');
  assert.deepEqual(packages, []);
  assert.equal(problems.length, 2);
  for (const text of ['', '[]', '{"targets":[]}', '{"targets":{']) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /src/obj/project.assets.json:']);
  }
});
