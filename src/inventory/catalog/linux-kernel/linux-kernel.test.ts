import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { linuxKernel } from './linux-kernel.ts';

const FOLDER = '/usr/lib/modules/6.1.0/kernel';

function createKernel(version: string): Buffer {
  const image = Buffer.alloc(2_048);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write('HdrS', 0x202);
  image.writeUInt16LE(0x020f, 0x206);
  image.writeUInt16LE(0x200, 0x20e);
  image.write(`${version} (builder) #1`, 0x400);
  return image;
}

function createModule(...entries: readonly string[]): Uint8Array {
  const bytes = Buffer.from(entries.map((entry) => `${entry}\0`).join(''));
  return createTinyElf({ type: 1, contents: [{ name: '.modinfo', bytes }] });
}

const ZRAM = createModule(
  'parmtype=num_devices:uint',
  'parm=num_devices:Number of devices',
  'parm=odd',
  'description=Compressed RAM Block Device',
  'author=First',
  'author=Nitin Gupta',
  'license=Dual BSD/GPL',
  'srcversion=ABC',
  'depends=lz4',
  'name=zram',
  'vermagic=6.1.0 SMP mod_unload ',
);

suite('a Linux kernel', () => {
  test('is required by the modules that are built for it', () => {
    const { packages, edges, problems } = catalogFiles(linuxKernel, {
      '/boot/vmlinuz-6.1.0': createKernel('6.1.0'),
      '/boot/vmlinuz-6.2.0': createKernel('6.2.0'),
      '/boot/kernel': 'something else',
      [`${FOLDER}/zram.ko`]: ZRAM,
      [`${FOLDER}/packed-more.ko.gz`]: gzipSync(createModule('vermagic=6.1.0 SMP', 'version=1.4')),
      [`${FOLDER}/zstd.ko.zst`]: zstdCompressSync(createModule('vermagic=9.9')),
      [`${FOLDER}/bare.ko`]: createModule('license=GPL'),
      '/srv/locale/x.ko': 'a translation',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(edges, ['linux-kernel 6.1.0 > packed_more 1.4', 'linux-kernel 6.1.0 > zram ']);
    const [first] = packages;
    assert.equal(first?.purl, 'pkg:generic/linux-kernel@6.1.0');
    assert.deepEqual(first.cpes, [
      { cpe: 'cpe:2.3:o:linux:linux_kernel:6.1.0:*:*:*:*:*:*:*', source: 'dictionary' },
    ]);
    const zram = packages.find(({ name }) => name === 'zram');
    assert.equal(zram?.type, 'linux-kernel-module');
    assert.equal(zram.licenses[0]?.value, 'Dual BSD/GPL');
    assert.deepEqual(zram.metadata?.value, {
      name: 'zram',
      sourceVersion: 'ABC',
      path: `${FOLDER}/zram.ko`,
      description: 'Compressed RAM Block Device',
      author: 'Nitin Gupta',
      license: 'Dual BSD/GPL',
      kernelVersion: '6.1.0',
      versionMagic: '6.1.0 SMP mod_unload ',
      parameters: {
        num_devices: { type: 'uint', description: 'Number of devices' },
        odd: { description: '' },
      },
    });
  });

  test('may be compressed as a whole', () => {
    const image = Buffer.alloc(4_096);
    image.write('ARM\x64', 56);
    image.write('Linux version 6.6.1 (b@h) (gcc) #1\n', 600);
    const { packages } = catalogFiles(linuxKernel, { '/boot/vmlinuz': gzipSync(image) });
    assert.deepEqual(
      packages.map(({ version }) => version),
      ['6.6.1'],
    );
  });

  test('tolerates modules that are damaged, truncated or too large', () => {
    const path = `${FOLDER}/a.ko.gz`;
    const listProblems = (content: Uint8Array | string, expandedFileBytesMax = 4_096) =>
      catalogFiles(
        linuxKernel,
        { [path]: content },
        { limits: { ...DEFAULT_LIMITS, expandedFileBytesMax } },
      ).problems;
    for (const content of ['', 'text', ZRAM.subarray(0, 40), gzipSync(ZRAM).subarray(0, 30)]) {
      assert.deepEqual(listProblems(content), [`P_MALFORMED ${path}:`]);
    }
    assert.deepEqual(listProblems(gzipSync(Buffer.alloc(9_999))), [`P_LIMIT ${path}:`]);
  });
});
