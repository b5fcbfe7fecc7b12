import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { placePackages } from './package-distro.ts';

const createPackages = (...purls: readonly string[]) =>
  createInventory({
    packages: purls.map((purl, key) => ({ name: 'a', type: 'rpm', purl, key: String(key) })),
  }).packages;

suite('distributions in package URLs', () => {
  test('become the distribution of the inventory if they agree and it has none', () => {
    const placed = placePackages(
      createPackages('pkg:rpm/a/a@1?distro=rhel-9', 'pkg:npm/b@1', 'pkg:rpm/a/c@1?distro=rhel-9'),
      undefined,
    );
    assert.equal(placed.distro?.id, 'rhel');
    assert.deepEqual(
      placed.packages.map(({ distro }) => distro),
      [undefined, undefined, undefined],
    );
  });

  test('are kept by package if they differ', () => {
    const placed = placePackages(
      createPackages('pkg:rpm/a/a@1?distro=rhel-9', 'pkg:rpm/a/c@1?distro=rhel-8'),
      undefined,
    );
    assert.equal(placed.distro, undefined);
    assert.deepEqual(
      placed.packages.map(({ distro }) => distro?.versionId),
      ['9', '8'],
    );
  });

  test('take precedence over the distribution of the document', () => {
    const wolfi = { id: 'wolfi', idLike: [], versionId: '20230201' };
    const [first, second] = placePackages(
      createPackages(
        'pkg:deb/debian/openssl@1?distro=debian-10',
        'pkg:apk/wolfi/a@1?distro=wolfi-20230201',
      ),
      wolfi,
    ).packages;
    assert.equal(first?.distro?.id, 'debian');
    assert.equal(second?.distro, undefined);
  });

  test('also take precedence as a namespace of the same package type', () => {
    const debian = { id: 'debian', idLike: [], versionId: '12' };
    const ubuntu = { id: 'ubuntu', idLike: [] };
    const placed = placePackages(
      createPackages(
        'pkg:deb/ubuntu/openssl@3',
        'pkg:deb/Debian/bash@5',
        'pkg:deb/ubuntu/curl@8?distro=debian-12',
        'pkg:deb/vendor/tool@1',
        'pkg:npm/ubuntu/x@1',
        'pkg:deb/%75buntu/a@1',
        'pkg://deb/ubuntu/b@1',
        'pkg:deb//ubuntu/c@1',
        'pkg:apk/wolfi/d@1',
      ),
      debian,
    );
    assert.equal(placed.distro, debian);
    assert.deepEqual(
      placed.packages.map(({ distro }) => distro),
      [ubuntu, undefined, undefined, undefined, undefined, ubuntu, ubuntu, ubuntu, undefined],
    );
    const alpine = { id: 'alpine', idLike: [], versionId: '3.20' };
    const [other] = placePackages(createPackages('pkg:apk/wolfi/busybox@1'), alpine).packages;
    assert.deepEqual(other?.distro, { id: 'wolfi', idLike: [] });
    const [unplaced] = placePackages(
      createPackages('pkg:deb/ubuntu/openssl@3'),
      undefined,
    ).packages;
    assert.equal(unplaced?.distro, undefined);
  });

  test('are the same release if only the minor version is missing', () => {
    const debian = { id: 'debian', idLike: [], versionId: '12.5' };
    const [only] = placePackages(
      createPackages('pkg:deb/debian/a@1?distro=debian-12'),
      debian,
    ).packages;
    assert.equal(only?.distro, undefined);
  });
});
