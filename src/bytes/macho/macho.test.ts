import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { type MachOFacts, readMachO } from './macho.ts';

interface TinySymbol {
  readonly name: string;
  readonly type: number;
}

const EXTERNAL_IN_SECTION = 0x0f;
const EXTERNAL_UNDEFINED = 0x01;
const PRIVATE_EXTERNAL = 0x1f;

/** A 64-bit little-endian file with libraries and a symbol table after its commands. */
function tinyMachO(
  libraries: readonly string[],
  symbols: readonly TinySymbol[],
  { isProgram = true, flags = 0 }: { isProgram?: boolean; flags?: number } = {},
): Buffer {
  const word = (...values: readonly number[]): Buffer<ArrayBuffer> => {
    const buffer = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) {
      buffer.writeUInt32LE(value, index * 4);
    }
    return buffer;
  };
  const commands = libraries.map((name) => {
    const text = Buffer.from(name.padEnd(Math.ceil((name.length + 1) / 8) * 8, '\0'));
    return Buffer.concat([word(0xc, 24 + text.length, 24, 0, 0, 0), text]);
  });
  if (isProgram) {
    commands.push(word(0x80000028, 24, 0, 0, 0, 0));
  }
  const commandBytes = commands.reduce((sum, { length }) => sum + length, 0) + 24;
  const tableAt = 32 + commandBytes;
  let strings = '\0';
  const entries = symbols.map(({ name, type }) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(strings.length, 0);
    entry.writeUInt8(type, 4);
    strings += `${name}\0`;
    return entry;
  });
  const stringsAt = tableAt + 16 * symbols.length;
  commands.push(word(2, 24, tableAt, symbols.length, stringsAt, strings.length));
  const kind = isProgram ? 2 : 6;
  const head = word(0xfeedfacf, 0x01000007, 3, kind, commands.length, commandBytes, flags, 0);
  return Buffer.concat([head, ...commands, ...entries, Buffer.from(strings)]);
}

function universal(slices: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8 + 20 * slices.length);
  head.writeUInt32BE(0xcafebabe, 0);
  head.writeUInt32BE(slices.length, 4);
  let at = head.length;
  for (const [index, slice] of slices.entries()) {
    head.writeUInt32BE(at, 8 + index * 20 + 8);
    head.writeUInt32BE(slice.length, 8 + index * 20 + 12);
    at += slice.length;
  }
  return Buffer.concat([head, ...slices]);
}

function read(content: Uint8Array): MachOFacts | undefined {
  return readMachO(toBytes(content), DEFAULT_LIMITS);
}

suite('Mach-O', () => {
  test('libraries, entry point and exports are read', () => {
    const content = tinyMachO(
      ['/usr/lib/libSystem.B.dylib'],
      [{ name: '_run', type: EXTERNAL_IN_SECTION }],
    );
    assert.deepEqual(read(content), {
      importedLibraries: ['/usr/lib/libSystem.B.dylib'],
      hasEntrypoint: true,
      hasExports: true,
      mitigations: { randomAddress: false, noExecute: true },
    });
  });

  test('flags and a call tell what is done against exploits, of a universal file what all do', () => {
    const calls = [{ name: '_printf', type: EXTERNAL_UNDEFINED }];
    const guarded = [...calls, { name: '___stack_chk_fail', type: EXTERNAL_UNDEFINED }];
    const safe = tinyMachO([], guarded, { flags: 0x200085 });
    const unsafe = tinyMachO([], calls, { flags: 0x20000 });
    const library = tinyMachO([], [], { isProgram: false });
    const mitigationsOf = (content: Buffer) => read(content)?.mitigations;
    const all = { randomAddress: true, noExecute: true, stackCanary: true };
    const none = { randomAddress: false, noExecute: false, stackCanary: false };
    assert.deepEqual(mitigationsOf(safe), all);
    assert.deepEqual(mitigationsOf(unsafe), none);
    assert.deepEqual(mitigationsOf(library), { randomAddress: true, noExecute: true });
    assert.deepEqual(mitigationsOf(universal([safe, library])), all);
    assert.deepEqual(mitigationsOf(universal([safe, unsafe])), none);
    // Debugger symbols have their own types and are not calls.
    const described = tinyMachO([], [{ name: '___stack_chk_fail', type: 0x20 }]);
    assert.equal(mitigationsOf(described)?.stackCanary, undefined);
  });

  test('what every program has, what it needs and what is private is no export', () => {
    const symbols = [
      { name: '_main', type: EXTERNAL_IN_SECTION },
      { name: '__mh_execute_header', type: EXTERNAL_IN_SECTION },
      { name: '_printf', type: EXTERNAL_UNDEFINED },
      { name: '_hidden', type: PRIVATE_EXTERNAL },
    ];
    assert.equal(read(tinyMachO([], symbols))?.hasExports, false);
  });

  test('a universal file is what its architectures are together', () => {
    const content = universal([
      tinyMachO(['a.dylib'], [], { isProgram: false }),
      tinyMachO(['a.dylib', 'b.dylib'], [{ name: '_x', type: EXTERNAL_IN_SECTION }]),
    ]);
    assert.deepEqual(read(content), {
      importedLibraries: ['a.dylib', 'b.dylib'],
      hasEntrypoint: true,
      hasExports: true,
      mitigations: { randomAddress: false, noExecute: true },
    });
  });

  test('a library has no entry point', () => {
    assert.equal(read(tinyMachO([], [], { isProgram: false }))?.hasEntrypoint, false);
  });

  test('cut anywhere or lying anywhere, it is read as far as it goes', () => {
    const content = universal([
      tinyMachO(['a.dylib'], [{ name: '_x', type: EXTERNAL_IN_SECTION }]),
    ]);
    for (let at = 0; at < content.length; at++) {
      read(content.subarray(0, at));
      for (const value of [0, 0x7f, 0xff]) {
        read(Uint8Array.from(content).fill(value, at, at + 4));
      }
    }
    assert.equal(read(Buffer.from('no such file')), undefined);
  });
});
