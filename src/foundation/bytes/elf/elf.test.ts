import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTinyElf, type TinyElf } from '../../../../test/support/tiny-elf.ts';
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

function readTinyElf(about: TinyElf, limits: Limits = DEFAULT_LIMITS): ElfFile {
  const elf = readElf(toBytes(createTinyElf(about)), limits);
  assert.ok(elf);
  return elf;
}

function readTinyDynamic(about: TinyElf): ElfDynamic {
  const dynamic = readDynamic(readTinyElf(about));
  assert.ok(dynamic);
  return dynamic;
}

function listSymbolNames(elf: ElfFile): readonly string[] {
  const symbols = readDynamicSymbols(elf, readDynamic(elf));
  return Array.from({ length: symbols?.count ?? 0 }, (_, index) => symbols?.name(index) ?? '');
}

function listFaultCodes(elf: ElfFile | undefined): readonly string[] | undefined {
  return elf?.problems.map(({ code }) => code);
}

/** Counts the bytes read, to prove that false headers cost nothing. */
function countReads(content: Uint8Array): Bytes & { readonly reads: number[] } {
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

    test(`reads headers, names and tags of a ${title} file`, () => {
      const elf = readTinyElf({
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
      assert.deepEqual([elf.type, elf.machine, elf.entry, elf.problems], [3, 62, 0x1234, []]);
      assert.equal(elf.sections.findNamed('.dynsym')?.type, 11);
      assert.equal(readInterpreter(elf), '/lib/ld-musl.so.1');
      assert.equal(readBuildId(elf), 'deadbeef');
      const dynamic = readDynamic(elf);
      assert.deepEqual(dynamic?.needed, ['libc.so.6', 'libm.so.6']);
      assert.equal(dynamic.soname, 'libx.so.1');
      assert.equal(dynamic.rpath, '$ORIGIN/a');
      assert.equal(dynamic.runpath, '/opt/lib');
      assert.deepEqual([dynamic.isBindNow, dynamic.isPie], [true, true]);
      assert.deepEqual(listSymbolNames(elf), ['', 'printf', 'main']);
      const symbols = readDynamicSymbols(elf, dynamic);
      assert.deepEqual([symbols?.isUndefined(1), symbols?.isUndefined(2)], [true, false]);
    });

    for (const hash of ['sysv', 'gnu'] as const) {
      test(`counts symbols of a ${title} file without section headers by its ${hash} hash`, () => {
        const symbols = [{ name: 'first' }, { name: 'second' }, { name: 'third' }];
        const elf = readTinyElf({ ...layout, symbols, dynamic: [], hash, hasSections: false });
        assert.equal(elf.sections.length, 0);
        assert.deepEqual(listSymbolNames(elf), ['', 'first', 'second', 'third']);
      });
    }
  }

  test('recognizes each way to request early binding', () => {
    assert.equal(readTinyDynamic({ dynamic: [[24, 0]] }).isBindNow, true);
    assert.equal(readTinyDynamic({ dynamic: [[FLAGS, 8]] }).isBindNow, true);
    assert.equal(readTinyDynamic({ dynamic: [[FLAGS_1, 1]] }).isBindNow, true);
    assert.equal(readTinyDynamic({ dynamic: [[FLAGS, 4]] }).isBindNow, false);
  });

  test('a static file has no dynamic part', () => {
    const elf = readTinyElf({ type: 2, fullSymbols: [{ name: 'main' }] });
    assert.equal(readDynamic(elf), undefined);
    assert.equal(readDynamicSymbols(elf, undefined), undefined);
    assert.equal(readFullSymbols(elf)?.name(1), 'main');
    assert.equal(readInterpreter(elf), undefined);
  });

  test('rejects other files, and files shorter than the header', () => {
    const whole = createTinyElf({});
    assert.equal(readElf(toBytes(Buffer.from('#!/bin/sh\n')), DEFAULT_LIMITS), undefined);
    assert.equal(readElf(toBytes(whole.subarray(0, 63)), DEFAULT_LIMITS), undefined);
    assert.equal(readElf(toBytes(new Uint8Array(0)), DEFAULT_LIMITS), undefined);
  });

  test('reads a truncated file as far as it goes', () => {
    const whole = createTinyElf({
      buildId: Uint8Array.of(1, 2, 3),
      interpreter: '/lib/ld.so',
      symbols: [{ name: 'a' }],
      fullSymbols: [{ name: 'b' }],
      dynamic: [[NEEDED, 'libc.so.6']],
    });
    for (let length = 64; length < whole.length; length += 7) {
      const content = countReads(whole.subarray(0, length));
      const elf = readElf(content, DEFAULT_LIMITS);
      assert.ok(elf);
      const dynamic = readDynamic(elf);
      readDynamicSymbols(elf, dynamic);
      readFullSymbols(elf);
      readBuildId(elf);
      readInterpreter(elf);
    }
  });

  test('wrong header bytes cause no large read, long loop or error', () => {
    const whole = createTinyElf({
      buildId: Uint8Array.of(1, 2, 3),
      symbols: [{ name: 'a' }, { name: 'b' }],
      dynamic: [[NEEDED, 'libc.so.6']],
      hash: 'gnu',
    });
    for (let at = 4; at < whole.length; at++) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const content = countReads(Uint8Array.from(whole).fill(value, at, at + 4));
        const elf = readElf(content, DEFAULT_LIMITS);
        if (elf !== undefined) {
          listSymbolNames(elf);
          readBuildId(elf);
        }
        assert.ok(
          content.reads.every((length) => length <= whole.length),
          `byte ${at}`,
        );
      }
    }
  });

  test('reports more header records than the limit, and reads the rest', () => {
    const elf = readTinyElf({ dynamic: [] }, { ...DEFAULT_LIMITS, executableRecordsMax: 3 });
    assert.equal(elf.sections.length, 3);
    assert.deepEqual(listFaultCodes(elf), ['P_LIMIT']);
  });

  test('reports tables beyond the end', () => {
    const whole = createTinyElf({});
    const elf = readElf(toBytes(whole.subarray(0, 200)), DEFAULT_LIMITS);
    assert.deepEqual(listFaultCodes(elf), ['P_TRUNCATED']);
  });

  test('finds the same strings in read-only data as a byte-by-byte search', () => {
    const shortest = ['', '\0', 'a', 'a\0', 'ab', 'ab\0', '\0ab\0', '\nab\0', 'ab\ncd\0', 'ab\0c'];
    const signs = ['\0', '\0', '\n', '\xff', 'a', 'B', '/', '.', ' '];
    let seed = 1;
    const pickSign = (): string => {
      seed = (seed * 48_271) % 2_147_483_647;
      return signs[seed % signs.length] ?? '';
    };
    const others = Array.from({ length: 500 }, (_, at) =>
      Array.from({ length: at % 40 }, pickSign),
    );
    for (const data of [...shortest, ...others.map((one) => one.join(''))]) {
      for (const bytesMin of [2, 3] as const) {
        const [found, plain] = [findStrings(data, bytesMin), findPlainStrings(data, bytesMin)];
        assert.deepEqual(found, plain, JSON.stringify(data));
      }
    }
  });
});

/** Returns placed strings with the signs, first byte and length that the filter receives. */
function findStrings(data: string, bytesMin: 2 | 3): readonly unknown[] {
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
  for (const block of listLiteralBlocks({
    ...readTinyElf({}),
    content: toBytes(bytes),
    sections,
  })) {
    readLiterals(
      block,
      { bytesMin, isWanted: (...about) => told.push(about) > 0 },
      ({ text, offset }) => found.push([text, offset, ...(told.at(-1) ?? [])]),
    );
  }
  return found;
}

function findPlainStrings(data: string, bytesMin: number): readonly unknown[] {
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
