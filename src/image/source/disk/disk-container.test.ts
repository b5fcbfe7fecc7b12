import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { skipUnlessInstalled } from '../../../../test/support/installed-program.ts';
import { createDraw } from '../../../../test/support/random-draw.ts';
import {
  createRawDisk,
  FORMS,
  unpackDisk,
} from '../../../foundation/bytes/disk/contained-disk.fixture.ts';
import { computeCrc32c } from '../../../foundation/bytes/disk/crc32c.ts';
import { DiskBudget } from '../../../foundation/bytes/disk/disk-budget.ts';
import { detectImageFormat } from '../../../foundation/bytes/disk/image-format.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { openLocalFile } from '../local-file.ts';
import { openContainer } from './disk-container.ts';

const RAW = createRawDisk();
const MIB = 1024 * 1024;
const READ_MAX = 4 * MIB;

function open(image: Buffer, limits = DEFAULT_LIMITS) {
  return openContainer(toBytes(image), new DiskBudget(limits, image.length)).disk;
}

function readAll(image: Buffer): Buffer {
  const disk = open(image);
  return Buffer.from(disk.read(0, Math.min(disk.sizeBytes, READ_MAX)));
}

/** Writes the checksum of a footer or header of VHD. */
function sumVhd(image: Buffer, start: number): void {
  image.writeUInt32BE(0, start + 64);
  const sum = image.subarray(start, start + 512).reduce((total, byte) => total + byte, 0);
  image.writeUInt32BE(~sum >>> 0, start + 64);
}

/** Changes both footers of a VHD image. */
function changeFooters(image: Buffer, change: (footer: Buffer) => void): void {
  for (const start of [0, image.length - 512]) {
    change(image.subarray(start));
    sumVhd(image, start);
  }
}

/** Writes the checksum of a header or table of VHDX. */
function sumVhdx(image: Buffer, start: number, bytes: number): void {
  image.writeUInt32LE(0, start + 4);
  image.writeUInt32LE(computeCrc32c(image.subarray(start, start + bytes)), start + 4);
}

/** Replaces a text of the same length in the descriptor of a VMDK image. */
function replaceText(image: Buffer, from: string, to: string): void {
  const at = image.indexOf(from);
  assert(at >= 0, from);
  assert.equal(from.length, to.length);
  image.write(to, at, 'latin1');
}

suite('a disk in the format of a hypervisor', () => {
  for (const form of FORMS) {
    test(`equals the raw disk: ${form}`, () => {
      const image = unpackDisk(form);
      // A footer alone is no reason to prefer a disk to an archive.
      assert.equal(detectImageFormat(image) === undefined, form.startsWith('vpc -o'));
      const disk = open(image);
      const content = Buffer.from(disk.read(0, disk.sizeBytes));
      assert(RAW.equals(content.subarray(0, RAW.length)));
      // Older forms have a whole number of cylinders.
      assert(content.subarray(RAW.length).every((byte) => byte === 0));
      const window = disk.read(1_299_999, 70_000);
      assert(RAW.subarray(1_299_999, 1_369_999).equals(window));
      assert.equal(disk.read(disk.sizeBytes, 10).length, 0);
    });

    test(`whose image is cut has no other content: ${form}`, () => {
      const image = unpackDisk(form);
      for (const part of [0.1, 0.5, 0.9, 0.999]) {
        try {
          const content = readAll(image.subarray(0, Math.floor(image.length * part)));
          const length = Math.min(content.length, RAW.length);
          assert(RAW.subarray(0, length).equals(content.subarray(0, length)));
        } catch (error) {
          assert(error instanceof UserError, String(error));
        }
      }
    });

    test(`with changed bytes is read or refused: ${form}`, () => {
      const seed = unpackDisk(form);
      const places = [...seed.keys()].filter((at) => seed[at] !== 0 && !isContent(seed, at));
      const draw = createDraw(seed.length);
      const image = Buffer.from(seed);
      for (let run = 0; run < 100; run++) {
        const changed = Array.from(
          { length: 1 + (run % 6) },
          () => places[draw(places.length)] ?? 0,
        );
        for (const at of changed) image[at] = draw(3) === 0 ? 0xff : draw(256);
        try {
          readAll(image);
        } catch (error) {
          assert(error instanceof UserError, String(error));
        }
        for (const at of changed) image[at] = seed[at] ?? 0;
      }
    });
  }
});

suite('a large disk in the format of a hypervisor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-large-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const raw = join(folder, 'raw.img');
  const image = join(folder, 'image');
  const skip = skipUnlessInstalled('qemu-img');
  // Beyond the first table of VMDK, the first piece of other tables, and the first bits of VHDX.
  const places = [33 * MIB - 10, 1024 * MIB - 10, 2048 * MIB + 5, 4096 * MIB + 7];
  before(() => {
    const file = openSync(raw, 'w');
    ftruncateSync(file, 4100 * MIB);
    for (const place of places) writeSync(file, `content at ${place}`, place);
    closeSync(file);
  });

  for (const form of [
    'vpc',
    'vdi',
    'vmdk',
    'vmdk -o subformat=streamOptimized',
    'vhdx -o block_size=1M',
  ]) {
    test(`has its content in the same places: ${form}`, { skip }, () => {
      const options = ['convert', '-f', 'raw', '-O', ...form.split(' '), raw, image];
      execFileSync('qemu-img', options, { stdio: 'ignore' });
      using file = openLocalFile(image);
      const { disk } = openContainer(file, new DiskBudget(DEFAULT_LIMITS, file.sizeBytes));
      for (const place of places) {
        const expected = `\0\0content at ${place}\0`;
        assert.equal(Buffer.from(disk.read(place - 2, expected.length)).toString(), expected);
      }
    });
  }
});

const UNSUPPORTED = 'E_DISK_UNSUPPORTED';
const INVALID = 'E_IMAGE_INVALID';
const DAMAGED = 'E_TARGET_UNREADABLE';
const VHD = 'vpc';
const VDI = 'vdi';
const VMDK = 'vmdk';
const STREAM = 'vmdk -o subformat=streamOptimized';
const VHDX = 'vhdx';

type Change = (image: Buffer) => void;

/** Changes for which an image is refused. */
const REFUSED: readonly (readonly [form: string, code: string, what: string, change: Change])[] = [
  [
    VHD,
    UNSUPPORTED,
    'only the differences from another one',
    (image) => changeFooters(image, (footer) => footer.writeUInt32BE(4, 60)),
  ],
  [VHD, INVALID, 'a wrong checksum', (image) => image.writeUInt8(1, 50)],
  [
    VHD,
    INVALID,
    'more content than entries',
    (image) => changeFooters(image, (footer) => footer.writeBigUInt64BE(2n ** 50n, 48)),
  ],
  [VHD, INVALID, 'blocks of no bytes', (image) => image.writeUInt32BE(0, 544)],
  [VHD, INVALID, 'a table beyond the file', (image) => image.writeBigUInt64BE(2n ** 62n, 528)],
  [VHD, DAMAGED, 'a block beyond the file', (image) => image.writeUInt32BE(0xffff_fffe, 1536)],
  [
    VDI,
    UNSUPPORTED,
    'only the differences from another one',
    (image) => image.writeUInt32LE(4, 76),
  ],
  [VDI, UNSUPPORTED, 'another version', (image) => image.writeUInt32LE(2, 68)],
  [VDI, INVALID, 'blocks of one byte', (image) => image.writeUInt32LE(1, 376)],
  [VDI, INVALID, 'an absurd size', (image) => image.writeBigUInt64LE(2n ** 63n, 368)],
  [VDI, DAMAGED, 'a block beyond the file', (image) => image.writeUInt32LE(0xffff_fff0, 512)],
  [VDI, INVALID, 'a table beyond the file', (image) => image.writeUInt32LE(0xffff_fff0, 340)],
  [
    VMDK,
    UNSUPPORTED,
    'only the differences from another one',
    (image) => replaceText(image, 'parentCID=ffffffff', 'parentCID=12345678'),
  ],
  [
    VMDK,
    UNSUPPORTED,
    'content in another file',
    (image) => replaceText(image, '\n# The Disk Data Base', '\nRW 1 FLAT "x.vmdk" 0'),
  ],
  [
    VMDK,
    UNSUPPORTED,
    'no descriptor, as a part of a disk',
    (image) => image.writeBigUInt64LE(0n, 28),
  ],
  [VMDK, INVALID, 'a descriptor of terabytes', (image) => image.writeBigUInt64LE(2n ** 40n, 36)],
  [VMDK, INVALID, 'grains of no bytes', (image) => image.writeBigUInt64LE(0n, 20)],
  [VMDK, INVALID, 'tables of no entries', (image) => image.writeUInt32LE(0, 44)],
  [VMDK, DAMAGED, 'a directory beyond the file', (image) => image.writeBigUInt64LE(2n ** 40n, 56)],
  [
    VMDK,
    INVALID,
    'a header at the end that is missing',
    (image) => image.writeBigUInt64LE(2n ** 64n - 1n, 56),
  ],
  [STREAM, UNSUPPORTED, 'another compression', (image) => image.writeUInt16LE(2, 77)],
  [
    STREAM,
    DAMAGED,
    'a compressed grain of gigabytes',
    (image) => image.writeUInt32LE(0xffff_ffff, 128 * 512 + 8),
  ],
  [STREAM, DAMAGED, 'a damaged grain', (image) => image.fill(0xff, 128 * 512 + 12, 128 * 512 + 40)],
  [
    VHDX,
    UNSUPPORTED,
    'changes in its log',
    (image) => {
      image.writeUInt8(1, 64 * 1024 + 48);
      image.writeUInt8(1, 128 * 1024 + 48);
      sumVhdx(image, 64 * 1024, 4096);
      sumVhdx(image, 128 * 1024, 4096);
    },
  ],
  [VHDX, INVALID, 'no header', (image) => image.fill(0, 64 * 1024, 192 * 1024)],
  [
    VHDX,
    UNSUPPORTED,
    'a required region that is unknown',
    (image) => {
      image.writeUInt8(0xff, 192 * 1024 + 16);
      image.writeUInt32LE(1, 192 * 1024 + 16 + 28);
      sumVhdx(image, 192 * 1024, 65_536);
    },
  ],
  [
    VHDX,
    UNSUPPORTED,
    'only the differences from another one',
    (image) => image.writeUInt32LE(2, 3 * MIB + 65_536 + 4),
  ],
  [VHDX, INVALID, 'blocks of three bytes', (image) => image.writeUInt32LE(3, 3 * MIB + 65_536)],
  [
    VHDX,
    DAMAGED,
    'a block in an impossible state',
    (image) => image.writeUInt8(image.readUInt8(2 * MIB) | 7, 2 * MIB),
  ],
  [
    VHDX,
    DAMAGED,
    'a block beyond the file',
    (image) => image.writeBigUInt64LE(0xffff_ffff_fff0_0006n, 2 * MIB),
  ],
  [
    VHD,
    INVALID,
    'another disk in its last footer',
    (image) => {
      image.writeBigUInt64BE(1024n, image.length - 512 + 16);
      sumVhd(image, image.length - 512);
    },
  ],
  [
    VHDX,
    UNSUPPORTED,
    'changes in its log, and a newer header with a wrong checksum',
    (image) => {
      image.writeUInt8(1, 64 * 1024 + 48);
      sumVhdx(image, 64 * 1024, 4096);
      image.writeBigUInt64LE(2n ** 40n, 128 * 1024 + 8);
    },
  ],
  [
    VHDX,
    INVALID,
    'a wrong checksum of its regions',
    (image) => image.writeUInt8(1, 192 * 1024 + 100),
  ],
  [
    VMDK,
    UNSUPPORTED,
    'a parent in upper case',
    (image) => replaceText(image, 'parentCID=ffffffff', 'PARENTCID=12345678'),
  ],
];

suite('a hostile image', () => {
  for (const [form, code, what, change] of REFUSED) {
    test(`of ${form} is refused: ${what}`, () => {
      const image = unpackDisk(form);
      change(image);
      assert.throws(() => readAll(image), { code });
    });
  }

  test('of another format of VMware or QEMU is refused', () => {
    for (const start of ['# Disk DescriptorFile\nversion=1\n', 'COWD', 'QED\0']) {
      const image = Buffer.alloc(1024);
      image.write(start);
      assert.notEqual(detectImageFormat(image), undefined);
      assert.throws(() => open(image), { code: UNSUPPORTED });
    }
  });

  test('of VMDK whose header is at its end is read', () => {
    const image = unpackDisk(STREAM);
    const header = Buffer.from(image.subarray(0, 512));
    image.writeBigUInt64LE(2n ** 64n - 1n, 56);
    assert(
      RAW.equals(readAll(Buffer.concat([image, Buffer.alloc(512), header, Buffer.alloc(512)]))),
    );
  });

  test('of VMDK that was not closed is read with a problem', () => {
    const image = unpackDisk(VMDK);
    image.writeUInt8(1, 72);
    const { problems } = openContainer(toBytes(image), new DiskBudget(DEFAULT_LIMITS, 0));
    assert.match(problems[0]?.message ?? '', /was not closed/u);
  });

  test('of VMDK with many grains in one place is limited', () => {
    const image = unpackDisk(STREAM);
    const table = image.readUInt32LE(26 * 512) * 512;
    const copies = Array.from({ length: 8 }, (_, copy) => {
      const at = image.length + copy * 1024;
      image.writeUInt32LE(at / 512, table + copy * 4);
      return image.subarray(128 * 512, 128 * 512 + 1024);
    });
    const many = Buffer.concat([image, ...copies]);
    const limits = { ...DEFAULT_LIMITS, diskReadBytesMax: 4 * 65_536 };
    assert(RAW.subarray(0, 65_536).equals(open(many).read(7 * 65_536, 65_536)));
    assert.throws(() => open(many, limits).read(0, 8 * 65_536), { message: /diskReadBytesMax/u });
  });

  test('of a raw disk with a footer of VHD keeps its whole size', () => {
    const image = unpackDisk('vpc -o subformat=fixed,force_size=on');
    const footer = image.length - 512;
    image.writeBigUInt64BE(1024n * 1024n, footer + 48);
    sumVhd(image, footer);
    assert.equal(open(image).sizeBytes, image.length);
  });
});

/** Whether a byte belongs to the text of the disk, which is most of an image. */
function isContent(image: Buffer, at: number): boolean {
  return at > 6 && 'text text '.includes(image.toString('latin1', at - 2, at + 3));
}
