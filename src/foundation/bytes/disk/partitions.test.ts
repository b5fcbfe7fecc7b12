import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createSmallExt4 } from '../ext/small-disk.fixture.ts';
import { detectContentKind } from './content-kind.ts';
import { createGptDisk, createMbrDisk } from './disk.fixture.ts';
import { cutBytes } from './partition.ts';
import { isDisk, listPartitions } from './partitions.ts';

const TEXTS = ['first', 'second', 'third', 'fourth', 'fifth'];
const PARTS = TEXTS.map((text) => ({ content: Buffer.from(text.padEnd(700)), label: text }));

function readTexts(disk: Buffer, limits = DEFAULT_LIMITS): string[] {
  const { partitions } = listPartitions(toBytes(disk), limits);
  return partitions.map(({ number, offset, sizeBytes }) => {
    const content = cutBytes(toBytes(disk), offset, sizeBytes).read(0, 700);
    return `${number} ${Buffer.from(content).toString().trim()}`;
  });
}

function listCodes(disk: Buffer, limits = DEFAULT_LIMITS): string[] {
  return listPartitions(toBytes(disk), limits).problems.map(({ code }) => code);
}

suite('partitions', () => {
  test('of an MBR: primary and logical ones', () => {
    const disk = createMbrDisk(...PARTS);
    assert.deepEqual(readTexts(disk), ['1 first', '2 second', '3 third', '5 fourth', '6 fifth']);
    const { partitions, problems } = listPartitions(toBytes(disk), DEFAULT_LIMITS);
    assert.deepEqual(problems, []);
    assert.equal(partitions[1]?.uuid, 'deadbeef-02');
    assert(isDisk(toBytes(disk)));
  });

  test('of a GPT, with their UUIDs and labels', () => {
    const disk = createGptDisk(...PARTS);
    const expected = TEXTS.map((text, index) => `${index + 1} ${text}`);
    assert.deepEqual(readTexts(disk), expected);
    const { partitions, problems } = listPartitions(toBytes(disk), DEFAULT_LIMITS);
    assert.deepEqual(problems, []);
    const [first] = partitions;
    assert.equal(first?.uuid, 'aaaaaaaa-bbbb-4ccc-8ddd-000000000001');
    assert.equal(first.label, 'first');
    assert.equal(first.isLoader, false);
  });

  test('of a damaged GPT come from its copy, and both damaged are a problem', () => {
    const disk = createGptDisk(...PARTS);
    disk.writeUInt8(1, 2 * 512 + 3);
    assert.equal(readTexts(disk)[4], '5 fifth');
    assert.deepEqual(listCodes(disk), ['P_MALFORMED']);
    disk.fill(0, disk.length - 512);
    assert.deepEqual(readTexts(disk), []);
    assert.deepEqual(listCodes(disk), ['P_MALFORMED']);
  });

  test('a cycle of logical partitions ends', () => {
    const disk = createMbrDisk(...PARTS);
    const { partitions } = listPartitions(toBytes(disk), DEFAULT_LIMITS);
    const last = (partitions[4]?.offset ?? 0) - 512;
    disk.writeUInt8(0x05, last + 446 + 16 + 4);
    disk.writeUInt32LE(0, last + 446 + 16 + 8);
    disk.writeUInt32LE(9, last + 446 + 16 + 12);
    assert.equal(readTexts(disk).length, 5);
    assert.deepEqual(listCodes(disk), ['P_MALFORMED']);
  });

  test('of type 0, in a second extended one, or twice in a table are not left out', () => {
    const disk = createMbrDisk(...PARTS.slice(0, 4));
    // The first partition has type 0; the third becomes another extended one.
    disk.writeUInt8(0, 446 + 4);
    const { partitions } = listPartitions(toBytes(disk), DEFAULT_LIMITS);
    const third = partitions[2]?.offset ?? 0;
    disk.writeUInt8(0x0f, 446 + 2 * 16 + 4);
    disk.copy(disk, third + 512, third, third + 512);
    disk.fill(0, third, third + 512);
    disk.writeUInt16LE(0xaa55, third + 510);
    for (const index of [0, 1]) {
      disk.writeUInt8(0x83, third + 446 + index * 16 + 4);
      disk.writeUInt32LE(1, third + 446 + index * 16 + 8);
      disk.writeUInt32LE(1, third + 446 + index * 16 + 12);
    }
    // Garbage in the last entry: it ends after the extended partition.
    disk.writeUInt32LE(0xffff, third + 446 + 3 * 16 + 12);
    const expected = ['1 first', '2 second', '5 third', '6 third', '7 fourth'];
    assert.deepEqual(readTexts(disk), expected);
    assert.deepEqual(listCodes(disk), []);
  });

  test('are listed although one entry is beyond the end of the disk', () => {
    const disk = createMbrDisk(...PARTS.slice(0, 2));
    disk.writeUInt8(0x83, 446 + 2 * 16 + 4);
    disk.writeUInt32LE(0x7fff_ffff, 446 + 2 * 16 + 8);
    disk.writeUInt32LE(8, 446 + 2 * 16 + 12);
    assert(isDisk(toBytes(disk)));
    assert.deepEqual(readTexts(disk), ['1 first', '2 second', '3 ']);
    disk.writeUInt8(0x40, 446);
    assert.equal(isDisk(toBytes(disk)), false);
  });

  test('their number is limited', () => {
    const limits = { ...DEFAULT_LIMITS, diskPartitionsMax: 1 };
    assert.deepEqual(readTexts(createMbrDisk(...PARTS), limits).length, 4);
    assert.deepEqual(listCodes(createMbrDisk(...PARTS), limits), ['P_LIMIT']);
    assert.deepEqual(readTexts(createGptDisk(...PARTS), limits), ['1 first']);
    assert.deepEqual(listCodes(createGptDisk(...PARTS), limits), ['P_LIMIT']);
  });

  test('a file system without partitions is one part, and one before partitions is a problem', () => {
    const whole = createSmallExt4();
    assert(isDisk(toBytes(whole)));
    assert.equal(listPartitions(toBytes(whole), DEFAULT_LIMITS).partitions[0]?.number, 0);
    const disk = createMbrDisk(...PARTS);
    whole.copy(disk, 1024, 1024, 2048);
    assert.deepEqual(listCodes(disk), ['P_AMBIGUOUS']);
    assert.equal(readTexts(disk)[0], '1 first');
    const gpt = createGptDisk(...PARTS);
    whole.copy(gpt, 1024, 1024, 2048);
    assert.deepEqual(listCodes(gpt), ['P_AMBIGUOUS', 'P_MALFORMED']);
  });

  test('other content is not recognized as a disk', () => {
    for (const content of ['', 'text', 'x'.repeat(100_000), '\0'.repeat(100_000)]) {
      assert.equal(isDisk(toBytes(Buffer.from(content))), false);
    }
  });
});

test('the kind of content is known by its magic', () => {
  const kinds = [
    ['XFSB', 0, 'xfs'],
    ['_BHRfS_M', 65_600, 'btrfs'],
    ['LABELONE', 512, 'LVM'],
    ['LUKS\u00ba\u00be', 0, 'LUKS (encrypted)'],
    ['SWAPSPACE2', 4086, 'swap'],
    ['FAT32   ', 82, 'vfat'],
  ] as const;
  for (const [magic, offset, kind] of kinds) {
    const content = Buffer.alloc(70_000);
    content.write(magic, offset, 'latin1');
    assert.equal(detectContentKind(toBytes(content)), kind);
  }
  assert.equal(detectContentKind(toBytes(Buffer.alloc(70_000))), undefined);
  const both = Buffer.alloc(70_000);
  both.write('hsqs');
  both.write('SWAPSPACE2', 4086);
  assert.equal(detectContentKind(toBytes(both)), 'squashfs');
});
