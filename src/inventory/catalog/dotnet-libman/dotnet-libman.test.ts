import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { dotnetLibman } from './dotnet-libman.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(dotnetLibman, { '/src/libman.json': text });

test('libraries of libman.json are npm packages, except those from a directory', () => {
  const { packages, problems } = read(`\uFEFF{
    // settings
    "defaultProvider": "cdnjs",
    "libraries": [
      { "library": "jquery@3.7.1", "destination": "lib" },
      { "library": "@fancyapps/fancybox@3.1.20", "provider": "jsdelivr" },
      { "library": "C:/own/", "provider": "filesystem" },
      { "library": "nameless" },
      7,
    ],
  }`);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:npm/jquery@3.7.1', 'pkg:npm/%40fancyapps/fancybox@3.1.20'],
  );
  assert.deepEqual(problems, Array(2).fill('P_RECORD /src/libman.json:'));
});

test('reports libman.json without a list of libraries as malformed', () => {
  for (const text of ['', '[]', '{"libraries":{}}', '{"libraries":[']) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /src/libman.json:']);
  }
});
