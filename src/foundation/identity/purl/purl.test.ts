import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parsePurl } from './parse-purl.ts';
import { formatDistroQualifier, writePurl } from './purl.ts';

it('encodes every part and sorts the qualifiers', () => {
  const purl = writePurl({
    type: 'deb',
    namespace: 'debian',
    name: 'libstdc++6',
    version: '1:4.4~rc(1)',
    qualifiers: { upstream: 'gcc-14@14.2.0-19', distro: 'debian-13.8', arch: 'amd64', empty: '' },
  });
  assert.equal(
    purl,
    'pkg:deb/debian/libstdc%2B%2B6@1%3A4.4~rc%281%29' +
      '?arch=amd64&distro=debian-13.8&upstream=gcc-14%4014.2.0-19',
  );
});

it('encodes the segments of a namespace and of a subpath one by one', () => {
  assert.equal(
    writePurl({ type: 'npm', namespace: '@a/b', name: 'c/d', subpath: 'x y/z' }),
    'pkg:npm/%40a/b/c%2Fd#x%20y/z',
  );
});

it('writes lone surrogates as the replacement character', () => {
  assert.equal(writePurl({ type: 'generic', name: '\ud800' }), 'pkg:generic/%EF%BF%BD');
});

it('reads its own output', () => {
  const purl = { type: 'deb', namespace: 'debian', name: 'g++', version: '4:14-1+b1' } as const;
  const parsed = parsePurl(writePurl({ ...purl, qualifiers: { arch: 'amd64' } }));
  assert.deepEqual(parsed, { ...purl, qualifiers: { arch: 'amd64' }, subpath: undefined });
});

it('rejects strings that are not package URLs', () => {
  assert.equal(parsePurl('http://example.org'), undefined);
  assert.equal(parsePurl('pkg:'), undefined);
});

it('names a release by its version, or by its build if it has none', () => {
  const distro = { id: 'alpine', idLike: [] };
  assert.equal(
    formatDistroQualifier({ ...distro, versionId: '3.20.3', buildId: 'x' }),
    'alpine-3.20.3',
  );
  assert.equal(
    formatDistroQualifier({ id: 'arch', idLike: [], buildId: 'rolling' }),
    'arch-rolling',
  );
  assert.equal(formatDistroQualifier(distro), 'alpine');
  assert.equal(formatDistroQualifier(undefined), undefined);
});
