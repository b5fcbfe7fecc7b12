import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createDraw } from '../../../../test/support/random-draw.ts';
import { toBytes } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { DiskBudget } from '../disk/disk-budget.ts';
import type { DiskObject } from '../disk/file-system.ts';
import { FatFileSystem } from './fat-file-system.ts';
import { createSmallFat12, createSmallFat16, createSmallFat32 } from './small-fat.fixture.ts';

function openFat(disk: Buffer): FatFileSystem {
  return new FatFileSystem(toBytes(disk), new DiskBudget(DEFAULT_LIMITS, disk.length));
}

/** Returns the contents of all files by path, and the damage of directories. */
function readAll(fat: FatFileSystem): { files: Map<string, string>; damages: unknown[] } {
  const files = new Map<string, string>();
  const damages: unknown[] = [];
  const passed = new Set<number>();
  const readInner = (folder: DiskObject, path: string): void => {
    if (passed.has(folder.number)) return;
    passed.add(folder.number);
    const { entries, damage } = fat.readFolder(folder);
    if (damage !== undefined) damages.push(damage);
    for (const { name, number } of entries) {
      const object = fat.readObject(number);
      const at = `${path}/${name}`;
      if (object.type === 'directory') readInner(object, at);
      else files.set(at, Buffer.concat([...fat.streamFile(object)]).toString());
    }
  };
  readInner(fat.readRoot(), '');
  return { files, damages };
}

const LETTERS = Array.from({ length: 9000 }, (_, at) =>
  String.fromCharCode(65 + (Math.floor(at / 512) % 26)),
).join('');

suite('FAT', () => {
  for (const [name, create] of [
    ['FAT12', createSmallFat12],
    ['FAT16', createSmallFat16],
  ] as const) {
    test(`${name} is read with long names and all contents`, () => {
      const fat = openFat(create());
      const { files, damages } = readAll(fat);
      assert.deepEqual(damages, []);
      assert.equal(fat.uuid, '1234-abcd');
      assert.equal(fat.label, 'ESP');
      const expected = new Map([
        ['/EFI/debian/grubx64.efi', 'grub'],
        ['/EFI/long Ünïcode ☃ file.bin', LETTERS],
        ['/UPPER.TXT', 'up\n'],
        ['/empty', ''],
      ]);
      for (let number = 1; number <= 12; number++) {
        expected.set(`/many/quite-a-long-name-${number}.txt`, `${number}\n`);
      }
      assert.deepEqual(files, expected);
    });
  }

  test('FAT32 is read: a root that is a chain, and a file in scattered clusters', () => {
    const { files } = readAll(openFat(createSmallFat32()));
    const content = ['A', 'B', 'C'].map((letter) => letter.repeat(512)).join('');
    assert.deepEqual(files, new Map([['/A.TXT', `${content}${'D'.repeat(100)}`]]));
  });

  test('a cycle of clusters, and one that does not exist, are damage', () => {
    const cycle = createSmallFat32();
    cycle.writeUInt32LE(4, 1024 + 4 * 4);
    assert.match(String(readAll(openFat(cycle)).damages[0]), /is a cycle/u);
    const outside = createSmallFat32();
    outside.writeUInt32LE(500, 1024 + 5 * 4);
    assert.throws(() => readAll(openFat(outside)), { message: /cluster 500 does not exist/u });
    const short = createSmallFat32();
    short.writeUInt32LE(0x0fff_ffff, 1024 + 5 * 4);
    assert.throws(() => readAll(openFat(short)), { message: /shorter than its size/u });
  });

  test('changed bytes are read or refused, and every reading ends', () => {
    const draw = createDraw(7);
    for (const seed of [createSmallFat12(), createSmallFat32()]) {
      const places = [...seed.keys()].filter((at) => seed[at] !== 0);
      for (let run = 0; run < 300; run++) {
        const disk = Buffer.from(seed);
        for (let change = 0; change <= run % 6; change++) {
          disk[places[draw(places.length)] ?? 0] = draw(256);
        }
        try {
          readAll(openFat(disk));
        } catch (error) {
          assert(error instanceof UserError, `run ${run}: ${String(error)}`);
        }
      }
    }
  });
});
