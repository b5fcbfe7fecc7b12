import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { dotnetPackagesLock } from './dotnet-packages-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(dotnetPackagesLock, { '/app/packages.lock.json': text });

const LOGGING = {
  type: 'Direct',
  requested: '[6.0.0, )',
  resolved: '6.0.0',
  contentHash: 'eIbyj40Q==',
  dependencies: { 'microsoft.extensions.options': '6.0.0' },
};
const LOCK = {
  version: 1,
  dependencies: {
    'net6.0': {
      'Microsoft.Extensions.Logging': LOGGING,
      'Microsoft.Extensions.Options': { type: 'Transitive', resolved: '6.0.1' },
      'my.library': { type: 'Project' },
    },
    'net8.0': {
      'Microsoft.Extensions.Logging': LOGGING,
      'Microsoft.Extensions.Options': { type: 'Transitive', resolved: '6.0.2' },
    },
  },
};

suite('packages.lock.json', () => {
  test('lists a package once for each resolved version', () => {
    const { packages, edges, problems } = read(`\uFEFF${JSON.stringify(LOCK)}`);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      [
        'pkg:nuget/Microsoft.Extensions.Logging@6.0.0',
        'pkg:nuget/Microsoft.Extensions.Options@6.0.1',
        'pkg:nuget/Microsoft.Extensions.Options@6.0.2',
      ],
    );
    assert.deepEqual(edges, [
      'Microsoft.Extensions.Options 6.0.1 > Microsoft.Extensions.Logging 6.0.0',
      'Microsoft.Extensions.Options 6.0.2 > Microsoft.Extensions.Logging 6.0.0',
    ]);
    assert.deepEqual(packages[0]?.metadata?.value, {
      name: 'Microsoft.Extensions.Logging',
      version: '6.0.0',
      contentHash: 'eIbyj40Q==',
      type: 'Direct',
    });
  });

  test('loses one record without a version', () => {
    const { packages, problems } = read(
      '{"dependencies":{"net6.0":{"a":7,"b":{"resolved":["1"]},"c":{"resolved":"1"}},"net7.0":[]}}',
    );
    assert.equal(packages.length, 1);
    assert.deepEqual(problems, Array(2).fill('P_RECORD /app/packages.lock.json:'));
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', '{"dependencies": {', '[]', '{"dependencies":1}', '['.repeat(99_999)]) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/packages.lock.json:']);
    }
  });
});
