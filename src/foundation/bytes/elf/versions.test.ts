import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { readDynamic } from './dynamic.ts';
import { readElf } from './elf.ts';
import { type ElfVersions, readVersions } from './versions.ts';

const NEEDED = 1;
const SONAME = 14;
const RPATH = 15;
const VERSIONS_DEFINED = 0x6ffffffc;
const VERSIONS_NEEDED = 0x6ffffffe;

// The strings of the tags below, in their order: each has the offset in the string table.
const LIBRARY = 1;
const NEW = LIBRARY + 'libc.so.6'.length + 1;
const OLD = NEW + 'GLIBC_2.34'.length + 1;

/** Writes half words as two bytes and others as four. */
function encode(numbers: readonly (readonly [size: 2 | 4, value: number])[], little: boolean) {
  return Buffer.concat(
    numbers.map(([size, value]) => {
      const bytes = Buffer.alloc(size);
      if (little) {
        bytes.writeUIntLE(value, 0, size);
      } else {
        bytes.writeUIntBE(value, 0, size);
      }
      return bytes;
    }),
  );
}

function readTiny(
  layout: { readonly is64: boolean; readonly isLittleEndian: boolean },
  nextDefinition = 28,
): ElfVersions {
  const little = layout.isLittleEndian;
  const needed = encode(
    [
      // One library with two versions, the second of which is weak.
      ...([
        [2, 1],
        [2, 2],
        [4, LIBRARY],
        [4, 16],
        [4, 0],
      ] as const),
      ...([
        [4, 1],
        [2, 0],
        [2, 2],
        [4, NEW],
        [4, 16],
      ] as const),
      ...([
        [4, 2],
        [2, 2],
        [2, 3],
        [4, OLD],
        [4, 0],
      ] as const),
    ],
    little,
  );
  const defined = encode(
    [
      // The name of the file, then a version.
      ...([
        [2, 1],
        [2, 1],
        [2, 1],
        [2, 1],
        [4, 9],
        [4, 20],
        [4, nextDefinition],
      ] as const),
      ...([
        [4, LIBRARY],
        [4, 0],
      ] as const),
      ...([
        [2, 1],
        [2, 0],
        [2, 2],
        [2, 1],
        [4, 9],
        [4, 20],
        [4, 0],
        [4, OLD],
        [4, 0],
      ] as const),
    ],
    little,
  );
  const build = (neededAt: number, definedAt: number): Buffer =>
    Buffer.from(
      createTinyElf({
        ...layout,
        dynamic: [
          [NEEDED, 'libc.so.6'],
          [SONAME, 'GLIBC_2.34'],
          [RPATH, 'GLIBC_2.4'],
          [VERSIONS_NEEDED, neededAt],
          [VERSIONS_DEFINED, definedAt],
        ],
        contents: [
          { name: '.gnu.version_r', bytes: needed },
          { name: '.gnu.version_d', bytes: defined },
        ],
      }),
    );
  const places = build(0, 0);
  const elf = readElf(
    toBytes(build(places.indexOf(needed), places.indexOf(defined))),
    DEFAULT_LIMITS,
  );
  assert.ok(elf);
  const dynamic = readDynamic(elf);
  assert.ok(dynamic);
  return readVersions(elf, dynamic);
}

for (const is64 of [true, false]) {
  for (const isLittleEndian of [true, false]) {
    test(`reads versions of symbols, ${is64 ? 64 : 32} bits, ${isLittleEndian ? 'little' : 'big'} endian`, () => {
      assert.deepEqual(readTiny({ is64, isLittleEndian }), {
        defined: ['GLIBC_2.4'],
        needed: [{ library: 'libc.so.6', versions: ['GLIBC_2.34'] }],
      });
    });
  }
}

test('a chain that leaves the file or never ends is cut', () => {
  const layout = { is64: true, isLittleEndian: true };
  assert.deepEqual(readTiny(layout, 0x7fffffff).defined, []);
  assert.deepEqual(readTiny(layout, 0).defined, []);
});
