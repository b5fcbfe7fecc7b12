import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionFailure } from '../../foundation/core/assert.ts';
import { isPathMatch, parsePathPattern } from './path-pattern.ts';

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['/etc/os-release', ['/etc/os-release'], ['/x/etc/os-release', '/etc/os-release/a', '/etc/os']],
  [
    '**/package.json',
    ['/package.json', '/a/b/package.json'],
    ['/a/my-package.json', '/package.json/a'],
  ],
  [
    '**/lib/apk/db/installed',
    ['/lib/apk/db/installed', '/r/lib/apk/db/installed'],
    ['/xlib/apk/db/installed'],
  ],
  ['**/*.jar', ['/a.jar', '/x/.jar'], ['/a.jar/b', '/a.jarx']],
  [
    '**/*dist-info/METADATA',
    ['/s/x-1.dist-info/METADATA', '/dist-info/METADATA'],
    ['/s/dist-info2/METADATA'],
  ],
  [
    '/var/lib/dpkg/status.d/*',
    ['/var/lib/dpkg/status.d/a'],
    ['/var/lib/dpkg/status.d/a/b', '/x/var/lib/dpkg/status.d/a'],
  ],
  ['**/python*/site-*', ['/usr/lib/python3/site-packages', '/python/site-'], ['/python3/x/site-a']],
  ['/*/b', ['/a/b'], ['/b', '/x/a/b']],
];

for (const [text, fitting, others] of CASES) {
  test(`the pattern ${text} matches the expected paths and no other`, () => {
    const pattern = parsePathPattern(text);
    assert.deepEqual(
      fitting.filter((path) => !isPathMatch(pattern, path)),
      [],
    );
    assert.deepEqual(
      others.filter((path) => isPathMatch(pattern, path)),
      [],
    );
  });
}

test('a malformed pattern is a bug', () => {
  for (const text of ['etc/passwd', '/a/**/b', '**/a/../b', '**/', '/a//b']) {
    assert.throws(() => parsePathPattern(text), AssertionFailure);
  }
});

test('a hostile name takes time proportional to its length', () => {
  const pattern = parsePathPattern('**/*a*a*a*a*a*a*a*b');
  assert(!isPathMatch(pattern, `/x/${'a'.repeat(200_000)}`));
});
