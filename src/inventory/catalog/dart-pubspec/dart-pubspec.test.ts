import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { dartPubspec } from './dart-pubspec.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(dartPubspec, { '/app/pubspec.yaml': text });

test('a pubspec describes one package', () => {
  const { packages, problems } = read(`name: macro_bot
version: 1.10
homepage: https://e.org
environment:
  sdk: '>=2.12.0 <3.0.0'
platforms:
  linux:
  web:
dependencies:
  http: ^1.0.0
`);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:pub/macro_bot@1.10'],
  );
  assert.deepEqual(packages[0]?.metadata, {
    kind: 'dart-pubspec',
    value: {
      homepage: 'https://e.org',
      environment: { sdk: '>=2.12.0 <3.0.0' },
      platforms: ['linux', 'web'],
    },
  });
});

test('reports a pubspec without a name, and one that is not an object', () => {
  assert.deepEqual(read('version: 1\n').problems, ['P_RECORD /app/pubspec.yaml:']);
  for (const text of ['', 'a: [', '- a']) {
    assert.deepEqual(read(text).problems, ['P_MALFORMED /app/pubspec.yaml:']);
  }
});
