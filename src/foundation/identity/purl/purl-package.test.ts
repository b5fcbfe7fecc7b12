import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '../../core/assert.ts';
import { parsePurl } from './parse-purl.ts';
import type { Purl } from './purl.ts';
import { toPurlDistro, toPurlPackage } from './purl-package.ts';

function parse(text: string): Purl {
  return present(parsePurl(text), 'a package URL');
}

describe('the package of a package URL', () => {
  it('has the namespace in its name if the ecosystem requires it', () => {
    const names = [
      'pkg:npm/%40angular/core@17.0.0',
      'pkg:golang/github.com/a/b@v1.0.0',
      'pkg:composer/symfony/http-kernel@6.0',
      'pkg:maven/org.apache/commons@1',
      'pkg:deb/debian/curl@7',
      'pkg:rpm/redhat/bash@5',
    ].map((text) => toPurlPackage(parse(text)).name);
    assert.deepEqual(names, [
      '@angular/core',
      'github.com/a/b',
      'symfony/http-kernel',
      'commons',
      'curl',
      'bash',
    ]);
  });

  it('has the type and the language that scanners use', () => {
    const told = ['pkg:cargo/a@1', 'pkg:generic/linux-kernel@6', 'pkg:generic/other@6'].map(
      (text) => toPurlPackage(parse(text)),
    );
    assert.deepEqual(
      told.map(({ type, language }) => [type, language]),
      [
        ['rust-crate', 'rust'],
        ['linux-kernel', ''],
        ['UnknownPackage', ''],
      ],
    );
  });

  it('has the epoch of an rpm or a deb in its version, once', () => {
    const readVersion = (text: string) => toPurlPackage(parse(text)).version;
    assert.equal(readVersion('pkg:rpm/fedora/vim@9.0-1?epoch=2'), '2:9.0-1');
    assert.equal(readVersion('pkg:rpm/fedora/vim@2:9.0-1?epoch=2'), '2:9.0-1');
    assert.equal(readVersion('pkg:deb/debian/vim@9.0-1?epoch=2'), '2:9.0-1');
    assert.equal(readVersion('pkg:npm/vim@9.0-1?epoch=2'), '9.0-1');
    assert.equal(readVersion('pkg:rpm/fedora/vim@9.0-1?epoch=x'), '9.0-1');
  });

  it('reads its source from the qualifiers of OSV-Scalibr', () => {
    const readUpstreams = (text: string) => toPurlPackage(parse(text)).upstreams;
    assert.deepEqual(readUpstreams('pkg:apk/alpine/libssl3@3?origin=openssl'), [
      { name: 'openssl' },
    ]);
    assert.deepEqual(readUpstreams('pkg:deb/debian/libc6@1?source=glibc'), [{ name: 'glibc' }]);
    assert.deepEqual(readUpstreams('pkg:deb/debian/libc6@1?source=glibc&sourceversion=2.36'), [
      { name: 'glibc', version: '2.36' },
    ]);
    assert.deepEqual(readUpstreams('pkg:rpm/a/libs@1?sourcerpm=bash-5.1-2.src.rpm'), [
      { name: 'bash', version: '5.1-2' },
    ]);
    assert.deepEqual(readUpstreams('pkg:npm/a@1?origin=b&source=c'), []);
    assert.deepEqual(readUpstreams('pkg:apk/alpine/busybox@1?origin=busybox'), []);
  });

  it('reads its source', () => {
    const readUpstreams = (text: string) => toPurlPackage(parse(text)).upstreams;
    assert.deepEqual(readUpstreams('pkg:rpm/a/libs@1?upstream=bash-5.1-2.src.rpm'), [
      { name: 'bash', version: '5.1-2' },
    ]);
    assert.deepEqual(readUpstreams('pkg:deb/debian/libc6@1?upstream=glibc%402.36'), [
      { name: 'glibc', version: '2.36' },
    ]);
    assert.deepEqual(readUpstreams('pkg:apk/alpine/a@1?upstream=b'), [{ name: 'b' }]);
    assert.deepEqual(readUpstreams('pkg:apk/alpine/a@1?upstream=a'), []);
    assert.deepEqual(readUpstreams('pkg:apk/alpine/a@1?upstream=b%401%402'), []);
  });

  it('reads architecture, module and CPEs from its qualifiers', () => {
    const told = toPurlPackage(
      parse(
        'pkg:rpm/redhat/nodejs@1?arch=x86_64&rpmmod=nodejs:18&cpes=cpe:2.3:a:b:c:1:*:*:*:*:*:*:*',
      ),
    );
    assert.equal(told.architecture, 'x86_64');
    assert.equal(told.modularity, 'nodejs:18');
    assert.deepEqual(told.cpes, [{ cpe: 'cpe:2.3:a:b:c:1:*:*:*:*:*:*:*', source: 'declared' }]);
    assert.deepEqual(told.metadata, {
      kind: 'rpm-db-entry',
      value: { architecture: 'x86_64', modularityLabel: 'nodejs:18' },
    });
  });
});

describe('the operating system of a package URL', () => {
  it('is split at the first separator', () => {
    const readDistro = (text: string) =>
      toPurlDistro({ type: 'rpm', name: 'a', qualifiers: { distro: text } });
    assert.deepEqual(readDistro('rhel-9.2'), { id: 'rhel', idLike: [], versionId: '9.2' });
    assert.deepEqual(readDistro('rhel:9.2'), { id: 'rhel', idLike: [], versionId: '9.2' });
    assert.deepEqual(readDistro('rhel@9.2'), { id: 'rhel', idLike: [], versionId: '9.2' });
    assert.deepEqual(readDistro('debian-sid'), {
      id: 'debian',
      idLike: [],
      versionCodename: 'sid',
    });
    assert.deepEqual(readDistro('arch'), { id: 'arch', idLike: [] });
    assert.deepEqual(readDistro('opensuse-leap-15.5'), {
      id: 'opensuse-leap',
      idLike: [],
      versionId: '15.5',
    });
    assert.deepEqual(readDistro('cbl-mariner-2.0'), {
      id: 'mariner',
      idLike: [],
      versionId: '2.0',
    });
    assert.equal(readDistro(''), undefined);
    assert.equal(readDistro('-9'), undefined);
  });

  it('is that of the namespace if there is only a version or a codename', () => {
    const readDistro = (text: string) => toPurlDistro(parse(text));
    assert.deepEqual(readDistro('pkg:apk/alpine/musl@1?distro=3.20.3'), {
      id: 'alpine',
      idLike: [],
      versionId: '3.20.3',
    });
    assert.deepEqual(readDistro('pkg:deb/debian/curl@7?distro=jessie'), {
      id: 'debian',
      idLike: [],
      versionCodename: 'jessie',
    });
    assert.equal(readDistro('pkg:rpm/redhat/bash@5?distro=rhel')?.id, 'rhel');
    assert.equal(readDistro('pkg:deb/curl@7?distro=7'), undefined);
  });

  it('has the name in os-release, regardless of the tool', () => {
    const readDistro = (text: string) => toPurlDistro(parse(`pkg:rpm/x/a@1?${text}`));
    assert.deepEqual(readDistro('distro=redhat-8.4'), { id: 'rhel', idLike: [], versionId: '8.4' });
    assert.deepEqual(readDistro('distro=amazon-2+%28Karoo%29')?.id, 'amzn');
    assert.deepEqual(readDistro('os_name=debian&os_version=12&os_distro=bookworm'), {
      id: 'debian',
      idLike: [],
      versionId: '12',
    });
  });
});
