import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { dartPubspecLock } from './dart-pubspec-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(dartPubspecLock, { '/app/pubspec.lock': text });

const LOCK = `packages:
  crypto:
    dependency: "direct main"
    description:
      name: crypto
      url: "https://mirror.example.org"
    source: hosted
    version: "3.0.2"
  flutter_test:
    description: flutter
    source: sdk
    version: "0.0.0"
  ours:
    description: {path: lib, ref: main, resolved-ref: 0a1b, url: "https://example.org/ours.git"}
    source: git
    version: "1.10"
  gone:
    description: unknown
    source: sdk
    version: "0.0.0"
  broken: 7
sdks:
  flutter: ">=3.3.0 <4.0.0"`;

suite('pubspec.lock', () => {
  test('lists packages with their origin', () => {
    const { packages, problems } = read(LOCK);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      [
        'pkg:pub/crypto@3.0.2?hosted_url=mirror.example.org',
        'pkg:pub/flutter_test@3.3.0',
        'pkg:pub/ours@1.10?vcs_url=https%3A%2F%2Fexample.org%2Fours.git%400a1b%23lib',
      ],
    );
    assert.equal(problems.length, 2);
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', 'packages: {', 'packages: []']) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/pubspec.lock:']);
    }
    assert.deepEqual(read('['.repeat(99_999)).problems, [
      'P_MALFORMED /app/pubspec.lock:',
      'P_LIMIT /app/pubspec.lock:',
    ]);
  });
});
