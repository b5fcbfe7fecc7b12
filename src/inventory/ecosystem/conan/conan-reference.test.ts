import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConanReference, toConanPurl } from './conan-reference.ts';

test('parses the parts of a Conan reference', () => {
  const reference = parseConanReference('mfast/1.2@me/stable#rr:id#pr%16.5');
  assert.deepEqual(reference, {
    name: 'mfast',
    version: '1.2',
    user: 'me',
    channel: 'stable',
    recipeRevision: 'rr',
    packageId: 'id',
    packageRevision: 'pr',
    timestamp: '16.5',
  });
  assert.equal(reference && toConanPurl(reference), 'pkg:conan/me/mfast@1.2?channel=stable');
});

test('rejects a string without a version', () => {
  for (const text of ['', 'zlib', '/1.0', 'zlib/', 'zlib/[>=1.2 <2]', 'conanfile.txt', 'a/b/c']) {
    assert.equal(parseConanReference(text), undefined, text);
  }
});
