import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tinyElf } from '../../../test/support/tiny-elf.ts';
import { readExecutableImages } from '../../bytes/executable/executable-image.ts';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { type GoFunctionNames, readGoFunctionNames } from './function-names.ts';
import { functionTable } from './go-program.fixture.ts';

const NAMES = ['main.main', 'net/http.Get', 'gopkg.in/yaml%2ev2.Unmarshal'];

function read(
  bytes: Uint8Array,
  { isLittleEndian = true, limits = DEFAULT_LIMITS, name = '.gopclntab' } = {},
): GoFunctionNames | undefined {
  const elf = tinyElf({ isLittleEndian, contents: [{ name, bytes }] });
  const [image] = readExecutableImages(toBytes(elf), limits);
  assert.ok(image);
  return readGoFunctionNames(image, limits);
}

/** The layout of Go 1.2 to 1.15: each function has the offset of its name. */
function oldTable(names: readonly string[], wordBytes: 4 | 8): Buffer {
  const table = Buffer.alloc(4096);
  const word = (at: number, value: number): void => {
    table.writeUInt32LE(value, at);
  };
  word(0, 0xfffffffb);
  table[6] = 1;
  table[7] = wordBytes;
  word(8, names.length);
  for (const [index, name] of names.entries()) {
    const entry = 8 + wordBytes + index * 2 * wordBytes;
    const [about, text] = [1024 + index * 32, 2048 + index * 64];
    word(entry + wordBytes, about);
    word(about + wordBytes, text);
    table.write(`${name}\0`, text);
  }
  return table;
}

suite('function names of a Go program', () => {
  test('are read in either byte order, from either section', () => {
    for (const isLittleEndian of [true, false]) {
      for (const name of ['.gopclntab', '.data.rel.ro.gopclntab']) {
        const table = functionTable(NAMES, isLittleEndian);
        assert.deepEqual(read(table, { isLittleEndian, name }), { names: NAMES, isCut: false });
      }
    }
  });

  test('are read in the layouts before', () => {
    for (const wordBytes of [4, 8] as const) {
      assert.deepEqual(read(oldTable(NAMES, wordBytes)), { names: NAMES, isCut: false });
    }
    const go118 = functionTable(NAMES);
    go118.writeUInt32LE(0xfffffff0, 0);
    assert.deepEqual(read(go118)?.names, NAMES);
    const go116 = functionTable(NAMES);
    go116.writeUInt32LE(0xfffffffa, 0);
    go116.copyWithin(24, 32, 48);
    assert.deepEqual(read(go116)?.names, NAMES);
  });

  test('are not known where the section or its layout is not', () => {
    assert.equal(read(functionTable(NAMES), { name: '.rodata' }), undefined);
    assert.equal(read(Buffer.alloc(64)), undefined);
    const unknown = functionTable(NAMES);
    unknown.writeUInt32LE(0xffffffee, 0);
    assert.equal(read(unknown), undefined);
  });

  test('are cut at a limit, which is said', () => {
    const limits = { ...DEFAULT_LIMITS, symbolBytesMax: 10 };
    assert.deepEqual(read(functionTable(NAMES), { limits }), { names: ['main.main'], isCut: true });
    const inside = { ...DEFAULT_LIMITS, symbolBytesMax: 15 };
    assert.deepEqual(read(functionTable(NAMES), { limits: inside })?.names, ['main.main']);
    const few = { ...DEFAULT_LIMITS, executableSymbolsMax: 1 };
    assert.deepEqual(read(oldTable(NAMES, 8), { limits: few }), {
      names: ['main.main'],
      isCut: true,
    });
    assert.equal(read(functionTable(NAMES), { limits: few })?.isCut, true);
  });

  test('are read as far as a table goes that is cut or lies', () => {
    for (const table of [functionTable(NAMES), oldTable(NAMES, 8), oldTable(NAMES, 4)]) {
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
