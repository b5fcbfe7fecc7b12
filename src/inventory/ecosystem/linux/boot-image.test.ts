import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { readBootImage } from './boot-image.ts';

const TEXT = '6.1.0-50-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP Debian 6.1.176-1';

interface Header {
  readonly protocol?: number;
  readonly pointer?: number;
  readonly rootFlags?: number;
  readonly rootDevice?: number;
  readonly videoMode?: number;
  readonly loadFlags?: number;
  readonly text?: string;
}

/** Creates an x86 image with the fields that are read. */
function createX86Image(header: Header = {}): Buffer {
  const image = Buffer.alloc(4_096);
  image.writeUInt16LE(header.rootFlags ?? 1, 0x1f2);
  image.writeUInt16LE(header.videoMode ?? 0xffff, 0x1fa);
  image.writeUInt16LE(header.rootDevice ?? 0, 0x1fc);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write('HdrS', 0x202);
  image.writeUInt16LE(header.protocol ?? 0x020f, 0x206);
  image.writeUInt16LE(header.pointer ?? 0x400, 0x20e);
  image.writeUInt8(header.loadFlags ?? 1, 0x211);
  const { text = TEXT } = header;
  if (text !== '') {
    image.write(text, 0x200 + (header.pointer ?? 0x400));
  }
  return image;
}

const read = (image: Uint8Array) => readBootImage(toBytes(image));

suite('a kernel image', () => {
  test('for x86 has its version in its boot header', () => {
    assert.deepEqual(read(createX86Image()), {
      architecture: 'x86',
      version: '6.1.0-50-cloud-amd64',
      extendedVersion: TEXT,
      format: 'bzImage',
      isRootWritable: false,
      videoMode: 'Normal VGA',
    });
    const other = read(
      createX86Image({ rootFlags: 0, rootDevice: 0x801, videoMode: 7, loadFlags: 0x80 }),
    );
    assert.deepEqual(
      [other?.format, other?.isRootWritable, other?.rootDevice, other?.videoMode],
      ['zImage', true, 0x801, 'Video mode 7'],
    );
  });

  test('for other architectures has its version in its banner, not in format strings', () => {
    const banner = 'Linux version %s (%s)\0Linux version 6.6.1-arm64 (b@h) (gcc 13) #1 SMP\n\0';
    const arm64 = Buffer.alloc(5_000_000);
    arm64.write('ARM\x64', 56);
    arm64.write(banner, 4_194_290);
    assert.deepEqual(read(arm64), {
      architecture: 'arm64',
      version: '6.6.1-arm64',
      extendedVersion: '6.6.1-arm64 (b@h) (gcc 13) #1 SMP',
    });
    const vmlinux = Buffer.alloc(8_192);
    vmlinux.write('\x7fELF\x02\x01');
    vmlinux.writeUInt16LE(62, 18);
    assert.equal(read(vmlinux), undefined);
    vmlinux.write(banner, 4_000);
    assert.equal(read(vmlinux)?.architecture, 'x86');
  });

  test('is undefined if the header is truncated, older, or has an invalid offset', () => {
    for (const image of [
      Buffer.alloc(0),
      createX86Image().subarray(0, 0x211),
      Buffer.alloc(4_096),
      createX86Image({ protocol: 0x01ff }),
      createX86Image({ pointer: 0, text: '' }),
      createX86Image({ pointer: 0xffff, text: '' }),
      createX86Image({ text: '\0' }),
    ]) {
      assert.equal(read(image), undefined);
    }
  });
});
