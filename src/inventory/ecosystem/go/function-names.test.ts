import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import { readExecutableImages } from '../../../foundation/bytes/executable/executable-image.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type GoFunctionNames, readGoFunctionNames } from './function-names.ts';
import { createFunctionTable } from './go-program.fixture.ts';

const NAMES = ['main.main', 'net/http.Get', 'gopkg.in/yaml%2ev2.Unmarshal'];

function read(
  bytes: Uint8Array,
  { isLittleEndian = true, limits = DEFAULT_LIMITS, name = '.gopclntab' } = {},
): GoFunctionNames | undefined {
  const elf = createTinyElf({ isLittleEndian, contents: [{ name, bytes }] });
  const [image] = readExecutableImages(toBytes(elf), limits);
  assert.ok(image);
  return readGoFunctionNames(image, limits);
}

/** Creates a table in the layout of Go 1.2 to 1.15: each function has the offset of its name. */
function createOldTable(names: readonly string[], wordBytes: 4 | 8): Buffer {
  const table = Buffer.alloc(4096);
  const writeWord = (at: number, value: number): void => {
    table.writeUInt32LE(value, at);
  };
  writeWord(0, 0xfffffffb);
  table[6] = 1;
  table[7] = wordBytes;
  writeWord(8, names.length);
  for (const [index, name] of names.entries()) {
    const entry = 8 + wordBytes + index * 2 * wordBytes;
    const [about, text] = [1024 + index * 32, 2048 + index * 64];
    writeWord(entry + wordBytes, about);
    writeWord(about + wordBytes, text);
    table.write(`${name}\0`, text);
  }
  return table;
}

suite('function names of a Go program', () => {
  test('are read in either byte order, from either section', () => {
    for (const isLittleEndian of [true, false]) {
      for (const name of ['.gopclntab', '.data.rel.ro.gopclntab']) {
        const table = createFunctionTable(NAMES, isLittleEndian);
        assert.deepEqual(read(table, { isLittleEndian, name }), { names: NAMES, isCut: false });
      }
    }
  });

  test('are read in earlier layouts', () => {
    for (const wordBytes of [4, 8] as const) {
      assert.deepEqual(read(createOldTable(NAMES, wordBytes)), { names: NAMES, isCut: false });
    }
    const go118 = createFunctionTable(NAMES);
    go118.writeUInt32LE(0xfffffff0, 0);
    assert.deepEqual(read(go118)?.names, NAMES);
    const go116 = createFunctionTable(NAMES);
    go116.writeUInt32LE(0xfffffffa, 0);
    go116.copyWithin(24, 32, 48);
    assert.deepEqual(read(go116)?.names, NAMES);
  });

  test('are undefined if the section or its layout is unknown', () => {
    assert.equal(read(createFunctionTable(NAMES), { name: '.rodata' }), undefined);
    assert.equal(read(Buffer.alloc(64)), undefined);
    const unknown = createFunctionTable(NAMES);
    unknown.writeUInt32LE(0xffffffee, 0);
    assert.equal(read(unknown), undefined);
  });

  test('are cut at a limit, which is reported', () => {
    const limits = { ...DEFAULT_LIMITS, symbolBytesMax: 10 };
    assert.deepEqual(read(createFunctionTable(NAMES), { limits }), {
      names: ['main.main'],
      isCut: true,
    });
    const inside = { ...DEFAULT_LIMITS, symbolBytesMax: 15 };
    assert.deepEqual(read(createFunctionTable(NAMES), { limits: inside })?.names, ['main.main']);
    const few = { ...DEFAULT_LIMITS, executableSymbolsMax: 1 };
    assert.deepEqual(read(createOldTable(NAMES, 8), { limits: few }), {
      names: ['main.main'],
      isCut: true,
    });
    assert.equal(read(createFunctionTable(NAMES), { limits: few })?.isCut, true);
  });

  test('are read as far as possible from a truncated or invalid table', () => {
    for (const table of [
      createFunctionTable(NAMES),
      createOldTable(NAMES, 8),
      createOldTable(NAMES, 4),
    ]) {
      for (let length = 0; length < Math.min(table.length, 200); length++) {
        assert.ok((read(table.subarray(0, length))?.names.length ?? 0) <= NAMES.length);
      }
      for (let at = 8; at < 72; at++) {
        const lying = Buffer.from(table);
        lying[at] = 0xff;
        assert.doesNotThrow(() => read(lying));
      }
    }
  });
});
