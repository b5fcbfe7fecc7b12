import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PackageURL } from 'packageurl-js';
import { plainPurl } from './plain-purl.ts';
import type { Purl } from './purl.ts';

function libraryPurl(text: string): Purl {
  const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(text);
  return { type, namespace, name, version, qualifiers: { ...qualifiers }, subpath };
}

/** The next of a sequence that looks random and is always the same. */
function createChance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const TYPES = [
  'npm pypi deb rpm apk golang maven cargo gem nuget generic composer hex github conda bitnami',
  'alpm swift cran pub oci NPM',
].flatMap((line) => line.split(' '));
const PIECES = [
  'a B cd 0 9 . .. - _ ~ + : @ / // %40 %2B %3A %7E %2F %20 % %zz %C3%A9 é ? # & = v v1.2.3 1.0.0',
  'arch=x86_64 distro=debian-12 x=%40a X=1 a= __proto__=1 1=1',
].flatMap((line) => line.split(' '));

suite('plain package URLs', () => {
  test('most that tools write are plain', () => {
    const texts = [
      'pkg:npm/lodash@4.17.21',
      'pkg:npm/%40angular/core@17.0.0-rc.1',
      'pkg:deb/debian/libstdc++6@4:14.2.0-19?arch=amd64&distro=debian-13&upstream=gcc-14%4014',
      'pkg:rpm/redhat/bash@5.1.8-6.el9_1?arch=x86_64&epoch=0&upstream=bash-5.1.8-6.src.rpm',
      'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3',
      'pkg:golang/github.com/a/b@v1.2.3',
      'pkg:maven/org.apache/commons@1',
      'pkg:pypi/django@2.2.28',
      'pkg:cargo/Serde_json',
    ];
    for (const text of texts) {
      assert.deepEqual(plainPurl(text), libraryPurl(text), text);
    }
  });

  test('what is no plain one, or needs a rule of its type, is left to the library', () => {
    const texts = [
      'pkg:npm/Lodash@1',
      'pkg:pypi/typing_extensions@4',
      'pkg:golang/a/b@v1.2',
      'pkg:golang/a/b@v1.2.3+incompatible',
      'pkg:maven/commons@1',
      'pkg:swift/github.com/a/b@1',
      'pkg:npm/a@1#sub/path',
      'pkg://npm/a@1',
      'pkg:npm//a@1',
      'pkg:npm/a@',
      'pkg:npm/a@1?a=1+2',
      'pkg:npm/a@1?a=%2540',
      'PKG:npm/a@1',
      ' pkg:npm/a@1',
      'pkg:npm/a%2Fb@1',
      `pkg:npm/${'a'.repeat(1_000)}`,
    ];
    for (const text of texts) {
      assert.equal(plainPurl(text), undefined, text);
    }
  });

  test('each that is taken for a plain one says what the library says of it', () => {
    const chance = createChance(7);
    let plain = 0;
    for (let turn = 0; turn < 40_000; turn += 1) {
      const pieces = Array.from({ length: 1 + chance(9) }, () => PIECES[chance(PIECES.length)]);
      const space = chance(50) === 0 ? ' ' : '';
      const text = `pkg:${TYPES[chance(TYPES.length)]}/a${pieces.join('')}${space}`;
      const found = plainPurl(text);
      if (found !== undefined) {
        plain += 1;
        assert.deepEqual(found, libraryPurl(text), text);
      }
    }
    assert.ok(plain > 1_000, `${plain} plain ones`);
  });

  test('a long text costs no more than its length', () => {
    for (const piece of ['a/', 'a', '%40', '%2', 'a@', 'a?b=c&']) {
      assert.equal(plainPurl(`pkg:npm/${piece.repeat(200_000)}!`), undefined);
      assert.equal(plainPurl(`pkg:npm/${piece.repeat(150)}!`), undefined);
    }
  });
});
