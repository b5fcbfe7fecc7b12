import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { vcpkgInstalled } from './vcpkg-installed.ts';

const ROOT = '/app/vcpkg_installed';
const STATUS = `Package: zlib
Version: 1.3.1
Port-Version: 1
Architecture: x64-linux
Status: install ok installed

Package: curl
Version: 8.9.0
Depends: zlib, vcpkg-cmake:x64-host, openssl[core]
Architecture: x64-linux
Status: install ok installed

Package: curl
Feature: ssl
Architecture: x64-linux
Status: install ok installed

Package: gone
Version: 1.0
Architecture: x64-linux
Status: install ok installed
`;

test('reads packages, their files and removals from the vcpkg database', () => {
  const { packages, edges, problems } = catalogFiles(vcpkgInstalled, {
    [`${ROOT}/vcpkg/status`]: STATUS,
    [`${ROOT}/vcpkg/updates/0000000001`]:
      'Package: gone\nVersion: 1.0\nArchitecture: x64-linux\nStatus: purge ok not-installed\n',
    [`${ROOT}/vcpkg/info/zlib_1.3.1_x64-linux.list`]:
      'x64-linux/\nx64-linux/lib/libz.a\n../../etc/passwd\n',
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl, version, ownedFiles }) => [purl, version, ownedFiles]),
    [
      [
        'pkg:vcpkg/zlib@1.3.1?port_version=1',
        '1.3.1#1',
        [{ path: `${ROOT}/x64-linux/lib/libz.a` }],
      ],
      ['pkg:vcpkg/curl@8.9.0', '8.9.0', []],
    ],
  );
  assert.deepEqual(edges, ['zlib 1.3.1#1 > curl 8.9.0']);
});

test('skips a record without a version', () => {
  const { packages, problems } = catalogFiles(vcpkgInstalled, {
    '/vcpkg/status': 'Package: a\n\n\0\n',
  });
  assert.deepEqual(packages, []);
  assert.ok(problems.includes('P_RECORD /vcpkg/status:'));
});
