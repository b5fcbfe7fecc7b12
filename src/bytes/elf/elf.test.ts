import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type TinyElf, tinyElf } from '../../../test/support/tiny-elf.ts';
import { type Bytes, toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { type ElfDynamic, readDynamic } from './dynamic.ts';
import { type ElfFile, readElf } from './elf.ts';
import { readBuildId, readInterpreter } from './notes.ts';
import { ElfSections } from './sections.ts';
import { listLiteralBlocks, readLiterals, STRING_SIGN } from './strings.ts';
import { readDynamicSymbols, readFullSymbols } from './symbols.ts';

const NEEDED = 1;
const SONAME = 14;
const RPATH = 15;
const RUNPATH = 29;
const FLAGS = 30;
const FLAGS_1 = 0x6ffffffb;

const LAYOUTS = [true, false].flatMap((is64) =>
  [true, false].map((isLittleEndian) => ({ is64, isLittleEndian })),
);

function elfOf(about: TinyElf, limits: Limits = DEFAULT_LIMITS): ElfFile {
  const elf = readElf(toBytes(tinyElf(about)), limits);
  assert.ok(elf);
  return elf;
}

function dynamicOf(about: TinyElf): ElfDynamic {
  const dynamic = readDynamic(elfOf(about));
  assert.ok(dynamic);
  return dynamic;
}

function namesOf(elf: ElfFile): readonly string[] {
  const symbols = readDynamicSymbols(elf, readDynamic(elf));
  return Array.from({ length: symbols?.count ?? 0 }, (_, index) => symbols?.name(index) ?? '');
}

function codesOf(elf: ElfFile | undefined): readonly string[] | undefined {
  return elf?.faults.map(({ code }) => code);
}

/** Counts the bytes read, to prove that false headers cost nothing. */
function counted(content: Uint8Array): Bytes & { readonly reads: number[] } {
  const reads: number[] = [];
  const bytes = toBytes(content);
  return {
    sizeBytes: bytes.sizeBytes,
    reads,
    read: (offset, length) => {
      assert.ok(Number.isSafeInteger(offset) && offset >= 0, `offset ${offset}`);
      assert.ok(Number.isSafeInteger(length) && length >= 0, `length ${length}`);
      reads.push(length);
      return bytes.read(offset, length);
    },
  };
}

suite('ELF', () => {
  for (const layout of LAYOUTS) {
    const title = `${layout.is64 ? 64 : 32}-bit ${layout.isLittleEndian ? 'little' : 'big'}-endian`;

    test(`headers, names and tags of a ${title} file are read`, () => {
      const elf = elfOf({
        ...layout,
        entry: 0x1234,
        interpreter: '/lib/ld-musl.so.1',
        buildId: Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
        symbols: [{ name: 'printf' }, { name: 'main', section: 5 }],
        dynamic: [
          [NEEDED, 'libc.so.6'],
          [NEEDED, 'libm.so.6'],
          [SONAME, 'libx.so.1'],
          [RPATH, '$ORIGIN/a'],
          [RUNPATH, '/opt/lib'],
          [FLAGS, 8],
          [FLAGS_1, 0x08000001],
        ],
      });
      assert.deepEqual([elf.type, elf.machine, elf.entry, elf.faults], [3, 62, 0x1234, []]);
      assert.equal(elf.sections.findNamed('.dynsym')?.type, 11);
      assert.equal(readInterpreter(elf), '/lib/ld-musl.so.1');
      assert.equal(readBuildId(elf), 'deadbeef');
      const dynamic = readDynamic(elf);
      assert.deepEqual(dynamic?.needed, ['libc.so.6', 'libm.so.6']);
      assert.equal(dynamic.soname, 'libx.so.1');
      assert.equal(dynamic.rpath, '$ORIGIN/a');
      assert.equal(dynamic.runpath, '/opt/lib');
      assert.deepEqual([dynamic.isBindNow, dynamic.isPie], [true, true]);
      assert.deepEqual(namesOf(elf), ['', 'printf', 'main']);
      const symbols = readDynamicSymbols(elf, dynamic);
      assert.deepEqual([symbols?.isUndefined(1), symbols?.isUndefined(2)], [true, false]);
    });

    for (const hash of ['sysv', 'gnu'] as const) {
      test(`symbols of a ${title} file without section headers are counted by its ${hash} hash`, () => {
        const symbols = [{ name: 'first' }, { name: 'second' }, { name: 'third' }];
        const elf = elfOf({ ...layout, symbols, dynamic: [], hash, hasSections: false });
        assert.equal(elf.sections.length, 0);
        assert.deepEqual(namesOf(elf), ['', 'first', 'second', 'third']);
      });
    }
  }

  test('each way to ask for early binding counts', () => {
    assert.equal(dynamicOf({ dynamic: [[24, 0]] }).isBindNow, true);
    assert.equal(dynamicOf({ dynamic: [[FLAGS, 8]] }).isBindNow, true);
    assert.equal(dynamicOf({ dynamic: [[FLAGS_1, 1]] }).isBindNow, true);
    assert.equal(dynamicOf({ dynamic: [[FLAGS, 4]] }).isBindNow, false);
  });

  test('a static file has no dynamic part', () => {
    const elf = elfOf({ type: 2, fullSymbols: [{ name: 'main' }] });
    assert.equal(readDynamic(elf), undefined);
    assert.equal(readDynamicSymbols(elf, undefined), undefined);
    assert.equal(readFullSymbols(elf)?.name(1), 'main');
    assert.equal(readInterpreter(elf), undefined);
  });

  test('what is no ELF file, or less than its header, is not read', () => {
    const whole = tinyElf({});
    assert.equal(readElf(toBytes(Buffer.from('#!/bin/sh\n')), DEFAULT_LIMITS), undefined);
    assert.equal(readElf(toBytes(whole.subarray(0, 63)), DEFAULT_LIMITS), undefined);
    assert.equal(readElf(toBytes(new Uint8Array(0)), DEFAULT_LIMITS), undefined);
  });

  test('a file cut anywhere is read as far as it goes', () => {
    const whole = tinyElf({
      buildId: Uint8Array.of(1, 2, 3),
      interpreter: '/lib/ld.so',
      symbols: [{ name: 'a' }],
      fullSymbols: [{ name: 'b' }],
      dynamic: [[NEEDED, 'libc.so.6']],
    });
    for (let length = 64; length < whole.length; length += 7) {
      const content = counted(whole.subarray(0, length));
      const elf = readElf(content, DEFAULT_LIMITS);
      assert.ok(elf);
      const dynamic = readDynamic(elf);
      readDynamicSymbols(elf, dynamic);
      readFullSymbols(elf);
      readBuildId(elf);
      readInterpreter(elf);
    }
  });

  test('any header byte may lie without a large read, a long loop or an error', () => {
    const whole = tinyElf({
      buildId: Uint8Array.of(1, 2, 3),
      symbols: [{ name: 'a' }, { name: 'b' }],
      dynamic: [[NEEDED, 'libc.so.6']],
      hash: 'gnu',
    });
    for (let at = 4; at < whole.length; at++) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const content = counted(Uint8Array.from(whole).fill(value, at, at + 4));
        const elf = readElf(content, DEFAULT_LIMITS);
        if (elf !== undefined) {
          namesOf(elf);
          readBuildId(elf);
        }
        assert.ok(
          content.reads.every((length) => length <= whole.length),
          `byte ${at}`,
        );
      }
    }
  });

  test('more header records than the limit are a fault, and the rest is read', () => {
    const elf = elfOf({ dynamic: [] }, { ...DEFAULT_LIMITS, executableRecordsMax: 3 });
    assert.equal(elf.sections.length, 3);
    assert.deepEqual(codesOf(elf), ['P_LIMIT']);
  });

  test('tables that reach beyond the end are a fault', () => {
    const whole = tinyElf({});
    const elf = readElf(toBytes(whole.subarray(0, 200)), DEFAULT_LIMITS);
    assert.deepEqual(codesOf(elf), ['P_TRUNCATED']);
  });

  test('texts of read-only data are those that a search byte by byte finds', () => {
    const shortest = ['', '\0', 'a', 'a\0', 'ab', 'ab\0', '\0ab\0', '\nab\0', 'ab\ncd\0', 'ab\0c'];
    const signs = ['\0', '\0', '\n', '\xff', 'a', 'B', '/', '.', ' '];
    let seed = 1;
    const random = (): string => {
      seed = (seed * 48_271) % 2_147_483_647;
      return signs[seed % signs.length] ?? '';
    };
    const others = Array.from({ length: 500 }, (_, at) => Array.from({ length: at % 40 }, random));
    for (const data of [...shortest, ...others.map((one) => one.join(''))]) {
      for (const bytesMin of [2, 3] as const) {
        const [found, plain] = [stringsIn(data, bytesMin), plainStringsIn(data, bytesMin)];
        assert.deepEqual(found, plain, JSON.stringify(data));
      }
    }
  });
});

/** Returns placed strings with the signs, first byte and length that the filter receives. */
function stringsIn(data: string, bytesMin: 2 | 3): readonly unknown[] {
  const bytes = Buffer.from(data, 'latin1');
  const header = Buffer.alloc(64);
  header.writeUInt32LE(1, 4);
  header.writeUInt32LE(2, 8);
  header.writeUInt32LE(bytes.length, 32);
  const sections = new ElfSections({
    bytes: header,
    entryBytes: header.length,
    layout: { is64: true, isLittleEndian: true },
    strings: Buffer.from('.rodata\0'),
  });
  const told: (readonly number[])[] = [];
  const found: unknown[] = [];
  for (const block of listLiteralBlocks({ ...elfOf({}), content: toBytes(bytes), sections })) {
    readLiterals(
      block,
      { bytesMin, isWanted: (...about) => told.push(about) > 0 },
      ({ text, offset }) => found.push([text, offset, ...(told.at(-1) ?? [])]),
    );
  }
  return found;
}

function plainStringsIn(data: string, bytesMin: number): readonly unknown[] {
  return Array.from(data.matchAll(/[ -~]+(?=\0)/g), ({ 0: text, index }) => {
    const { slash, dot, blank, other } = STRING_SIGN;
    const signs =
      (text.includes('/') ? slash : 0) |
      (text.includes('.') ? dot : 0) |
      (text.includes(' ') ? blank : 0) |
      (/[^/. a-z0-9_+-]/.test(text) ? other : 0);
    return [text, index, signs, text.charCodeAt(0), text.length];
  }).filter(([text]) => String(text).length >= bytesMin);
}
