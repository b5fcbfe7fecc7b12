import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { swiftPackageManager } from './swift-package-manager.ts';

const read = (document: unknown): ReturnType<typeof catalogFiles> =>
  catalogFiles(swiftPackageManager, {
    '/Package.resolved': typeof document === 'string' ? document : JSON.stringify(document),
  });

suite('Package.resolved', () => {
  test('has pins, with other names in version 1', () => {
    const state = { revision: 'b14b', version: '1.0.0' };
    for (const document of [
      {
        version: 1,
        object: {
          pins: [
            {
              package: 'swift-nio',
              repositoryURL: 'https://github.com/Apple/Swift-NIO.git',
              state,
            },
          ],
        },
      },
      {
        version: 2,
        pins: [{ identity: 'swift-nio', location: 'git@github.com:Apple/Swift-NIO.git', state }],
      },
    ]) {
      const { packages, problems } = read(document);
      assert.deepEqual(problems, []);
      assert.equal(packages[0]?.purl, 'pkg:swift/github.com/Apple/swift-nio@1.0.0');
      assert.deepEqual(packages[0]?.metadata?.value, { revision: 'b14b' });
    }
  });

  test('loses a pin without a name or any version, but accepts a commit', () => {
    const { packages, problems } = read({
      pins: [7, { identity: 'a' }, { identity: 'b', location: '/b', state: { revision: '0a' } }],
    });
    assert.deepEqual(
      packages.map(({ name, version }) => `${name} ${version}`),
      ['b 0a'],
    );
    assert.equal(problems.length, 2);
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', '{"pins": [', '{"pins": {}}', '[]', '['.repeat(99_999)]) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /Package.resolved:']);
    }
  });
});
