import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { opam } from './opam.ts';

const read = (path: string, text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(opam, { [path]: text });

const FILE = `opam-version: "2.0"
description: """
A test with "quotes": and [brackets
version: "9"
"""
license: ["ISC" "MIT"]
homepage: "https://example.org"
depends: [
  "dune" {>= "2.8" & build}
  "odoc" {with-doc}
]
url {
  src: "https://example.org/a.tbz"
  checksum: [
    "sha256=ab"
    "md5=cd"
  ]
}`;

suite('an opam file', () => {
  test('has the version of its directory, or states it', () => {
    const [inFolder] = read('/packages/alcotest.1.5.0/opam', FILE).packages;
    assert.equal(inFolder?.purl, 'pkg:opam/alcotest@1.5.0');
    assert.deepEqual(inFolder?.metadata?.value, {
      name: 'alcotest',
      version: '1.5.0',
      licenses: ['ISC', 'MIT'],
      url: 'https://example.org/a.tbz',
      checksum: ['sha256=ab', 'md5=cd'],
      homepage: 'https://example.org',
      dependencies: null,
    });
    const [stated] = read('/src/fmt.opam', 'version: "0.9"\nopam-version: "2.0"').packages;
    assert.equal(stated?.purl, 'pkg:opam/fmt@0.9');
  });

  test('without any version is a problem; another file of the name is skipped', () => {
    assert.deepEqual(read('/a.opam', 'opam-version: "2.0"').problems, ['P_RECORD /a.opam:']);
    assert.deepEqual(read('/usr/bin/opam', '\u007fELF').problems, []);
  });

  test('that is truncated is reported as malformed quickly', () => {
    for (const rest of [
      'a: [',
      'url {',
      'a: "',
      `a: ${'['.repeat(99_999)}`,
      `a: ${'"""'.repeat(99_999)}`,
    ]) {
      const { problems } = read('/a.opam', `opam-version: "2.0"\n${rest}`);
      assert.deepEqual(problems, ['P_MALFORMED /a.opam:'], rest.slice(0, 9));
    }
  });
});
