import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import zlib from 'node:zlib';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createAr } from '../../../foundation/bytes/ar/ar.fixture.ts';
import { createTar } from '../../../foundation/bytes/tar/tar.fixture.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { debArchive } from './deb-archive.ts';

const CONTROL = `Package: tool
Version: 1:2.0-1+b1
Source: toolsrc (1:2.0-1)
Architecture: amd64
Maintainer: A B <a@example.org>
Depends: libc6 (>= 2.3), foo | bar
Installed-Size: 12
`;
const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: MIT
`;

function packDeb(pack: (tar: Buffer) => Uint8Array, suffix: string, control = CONTROL): Buffer {
  return createAr([
    { name: 'debian-binary', content: Buffer.from('2.0\n') },
    {
      name: `control.tar${suffix}`,
      content: pack(
        createTar([
          { name: './', typeFlag: '5' },
          { name: './control', content: control },
          { name: './md5sums', content: 'd41d8cd98f00b204e9800998ecf8427e  etc/tool.conf\n' },
          { name: './conffiles', content: '/etc/tool.conf\n' },
        ]),
      ),
    },
    {
      name: `data.tar${suffix}`,
      content: pack(
        createTar([
          { name: './usr/share/doc/tool/copyright', content: COPYRIGHT },
          { name: './usr/share/doc/tool/examples/copyright', content: COPYRIGHT },
          { name: './etc/tool.conf', content: '' },
        ]),
      ),
    },
  ]);
}

suite('deb-archive', () => {
  test('reads the package of an archive with any compression', () => {
    const { packages, problems } = catalogFiles(debArchive, {
      '/gz.deb': packDeb((tar) => zlib.gzipSync(tar), '.gz'),
      '/plain.deb': packDeb((tar) => tar, ''),
      '/zst.deb': packDeb((tar) => zlib.zstdCompressSync(tar), '.zst'),
    });
    assert.deepEqual(problems, []);
    assert.equal(packages.length, 3);
    const [first] = packages;
    assert.equal(
      first?.purl,
      'pkg:deb/tool@1%3A2.0-1%2Bb1?arch=amd64&upstream=toolsrc%401%3A2.0-1',
    );
    assert.deepEqual(first?.upstreams, [{ name: 'toolsrc', version: '1:2.0-1' }]);
    assert.deepEqual(
      first?.licenses.map(({ value }) => value),
      ['MIT'],
    );
    // The files that it would install do not exist.
    assert.deepEqual(first?.ownedFiles, []);
    assert.deepEqual(first?.metadata, {
      kind: 'dpkg-archive-entry',
      value: {
        package: 'tool',
        source: 'toolsrc',
        version: '1:2.0-1+b1',
        sourceVersion: '1:2.0-1',
        architecture: 'amd64',
        maintainer: 'A B <a@example.org>',
        installedSize: 12,
        depends: ['libc6 (>= 2.3)', 'foo | bar'],
        files: [
          {
            path: '/etc/tool.conf',
            digest: { algorithm: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e' },
            isConfigFile: true,
          },
        ],
      },
    });
    for (const { metadata, licenses } of packages) {
      assert.deepEqual([metadata, licenses], [first?.metadata, first?.licenses]);
    }
  });

  test('reports unreadable parts, and keeps the package if its name is known', () => {
    const whole = packDeb((tar) => zlib.gzipSync(tar), '.gz');
    const { packages, problems } = catalogFiles(debArchive, {
      '/bzip2.deb': packDeb(() => Buffer.from('BZh91AY'), '.bz2'),
      '/cut.deb': whole.subarray(0, whole.length - 10),
      '/nameless.deb': packDeb((tar) => tar, '', 'Version: 1\n'),
      '/text.deb': 'no package',
      '/empty.deb': '',
    });
    assert.deepEqual(
      packages.map(({ locations }) => locations[0]?.path),
      ['/cut.deb'],
    );
    assert.deepEqual(problems, [
      'P_UNSUPPORTED /bzip2.deb:',
      'P_MALFORMED /bzip2.deb:',
      'P_TRUNCATED /cut.deb:',
      'P_MALFORMED /nameless.deb:',
      'P_MALFORMED /text.deb:',
      'P_MALFORMED /empty.deb:',
    ]);
  });

  test('does not expand more than its limit', () => {
    const limits = { ...DEFAULT_LIMITS, expandedFileBytesMax: 2000 };
    const { packages, problems } = catalogFiles(
      debArchive,
      { '/large.deb': packDeb((tar) => zlib.gzipSync(tar), '.gz') },
      { limits },
    );
    assert.deepEqual(packages, []);
    assert.equal(problems[0], 'P_LIMIT /large.deb:');
  });
});
