import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '../../core/assert.ts';
import { parsePurl } from './parse-purl.ts';
import type { Purl } from './purl.ts';
import { toPurlDistro, toPurlPackage } from './purl-package.ts';

function purl(text: string): Purl {
  return present(parsePurl(text), 'a package URL');
}

describe('the package of a package URL', () => {
  it('has the namespace in its name where the ecosystem has it so', () => {
    const names = [
      'pkg:npm/%40angular/core@17.0.0',
      'pkg:golang/github.com/a/b@v1.0.0',
      'pkg:composer/symfony/http-kernel@6.0',
      'pkg:maven/org.apache/commons@1',
      'pkg:deb/debian/curl@7',
      'pkg:rpm/redhat/bash@5',
    ].map((text) => toPurlPackage(purl(text)).name);
    assert.deepEqual(names, [
      '@angular/core',
      'github.com/a/b',
      'symfony/http-kernel',
      'commons',
      'curl',
      'bash',
    ]);
  });

  it('has the type and the language that the field knows', () => {
    const told = ['pkg:cargo/a@1', 'pkg:generic/linux-kernel@6', 'pkg:generic/other@6'].map(
      (text) => toPurlPackage(purl(text)),
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
    const version = (text: string) => toPurlPackage(purl(text)).version;
    assert.equal(version('pkg:rpm/fedora/vim@9.0-1?epoch=2'), '2:9.0-1');
    assert.equal(version('pkg:rpm/fedora/vim@2:9.0-1?epoch=2'), '2:9.0-1');
    assert.equal(version('pkg:deb/debian/vim@9.0-1?epoch=2'), '2:9.0-1');
    assert.equal(version('pkg:npm/vim@9.0-1?epoch=2'), '9.0-1');
    assert.equal(version('pkg:rpm/fedora/vim@9.0-1?epoch=x'), '9.0-1');
  });

  it('says what it was built from in the words of OSV-Scalibr', () => {
    const upstreams = (text: string) => toPurlPackage(purl(text)).upstreams;
    assert.deepEqual(upstreams('pkg:apk/alpine/libssl3@3?origin=openssl'), [{ name: 'openssl' }]);
    assert.deepEqual(upstreams('pkg:deb/debian/libc6@1?source=glibc'), [{ name: 'glibc' }]);
    assert.deepEqual(upstreams('pkg:deb/debian/libc6@1?source=glibc&sourceversion=2.36'), [
      { name: 'glibc', version: '2.36' },
    ]);
    assert.deepEqual(upstreams('pkg:rpm/a/libs@1?sourcerpm=bash-5.1-2.src.rpm'), [
      { name: 'bash', version: '5.1-2' },
    ]);
    assert.deepEqual(upstreams('pkg:npm/a@1?origin=b&source=c'), []);
    assert.deepEqual(upstreams('pkg:apk/alpine/busybox@1?origin=busybox'), []);
  });

  it('says what it was built from', () => {
    const upstreams = (text: string) => toPurlPackage(purl(text)).upstreams;
    assert.deepEqual(upstreams('pkg:rpm/a/libs@1?upstream=bash-5.1-2.src.rpm'), [
      { name: 'bash', version: '5.1-2' },
    ]);
    assert.deepEqual(upstreams('pkg:deb/debian/libc6@1?upstream=glibc%402.36'), [
      { name: 'glibc', version: '2.36' },
    ]);
    assert.deepEqual(upstreams('pkg:apk/alpine/a@1?upstream=b'), [{ name: 'b' }]);
    assert.deepEqual(upstreams('pkg:apk/alpine/a@1?upstream=a'), []);
    assert.deepEqual(upstreams('pkg:apk/alpine/a@1?upstream=b%401%402'), []);
  });

  it('has architecture, module and CPEs of its qualifiers', () => {
    const told = toPurlPackage(
      purl(
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
    const distro = (text: string) =>
      toPurlDistro({ type: 'rpm', name: 'a', qualifiers: { distro: text } });
    assert.deepEqual(distro('rhel-9.2'), { id: 'rhel', idLike: [], versionId: '9.2' });
    assert.deepEqual(distro('rhel:9.2'), { id: 'rhel', idLike: [], versionId: '9.2' });
    assert.deepEqual(distro('rhel@9.2'), { id: 'rhel', idLike: [], versionId: '9.2' });
    assert.deepEqual(distro('debian-sid'), { id: 'debian', idLike: [], versionCodename: 'sid' });
    assert.deepEqual(distro('arch'), { id: 'arch', idLike: [] });
    assert.deepEqual(distro('opensuse-leap-15.5'), {
      id: 'opensuse-leap',
      idLike: [],
      versionId: '15.5',
    });
    assert.deepEqual(distro('cbl-mariner-2.0'), { id: 'mariner', idLike: [], versionId: '2.0' });
    assert.equal(distro(''), undefined);
    assert.equal(distro('-9'), undefined);
  });

  it('is that of the namespace where there is a version or a codename alone', () => {
    const distro = (text: string) => toPurlDistro(purl(text));
    assert.deepEqual(distro('pkg:apk/alpine/musl@1?distro=3.20.3'), {
      id: 'alpine',
      idLike: [],
      versionId: '3.20.3',
    });
    assert.deepEqual(distro('pkg:deb/debian/curl@7?distro=jessie'), {
      id: 'debian',
      idLike: [],
      versionCodename: 'jessie',
    });
    assert.equal(distro('pkg:rpm/redhat/bash@5?distro=rhel')?.id, 'rhel');
    assert.equal(distro('pkg:deb/curl@7?distro=7'), undefined);
  });

  it('has the names of os-release, whichever tool wrote it', () => {
    const distro = (text: string) => toPurlDistro(purl(`pkg:rpm/x/a@1?${text}`));
    assert.deepEqual(distro('distro=redhat-8.4'), { id: 'rhel', idLike: [], versionId: '8.4' });
    assert.deepEqual(distro('distro=amazon-2+%28Karoo%29')?.id, 'amzn');
    assert.deepEqual(distro('os_name=debian&os_version=12&os_distro=bookworm'), {
      id: 'debian',
      idLike: [],
      versionId: '12',
    });
  });
});
