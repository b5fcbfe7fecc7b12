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
function createTinyMachO(
  libraries: readonly string[],
  symbols: readonly TinySymbol[],
  { isProgram = true, flags = 0 }: { isProgram?: boolean; flags?: number } = {},
): Buffer {
  const encodeWords = (...values: readonly number[]): Buffer<ArrayBuffer> => {
    const buffer = Buffer.alloc(values.length * 4);
    for (const [index, value] of values.entries()) {
      buffer.writeUInt32LE(value, index * 4);
    }
    return buffer;
  };
  const commands = libraries.map((name) => {
    const text = Buffer.from(name.padEnd(Math.ceil((name.length + 1) / 8) * 8, '\0'));
    return Buffer.concat([encodeWords(0xc, 24 + text.length, 24, 0, 0, 0), text]);
  });
  if (isProgram) {
    commands.push(encodeWords(0x80000028, 24, 0, 0, 0, 0));
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
  commands.push(encodeWords(2, 24, tableAt, symbols.length, stringsAt, strings.length));
  const kind = isProgram ? 2 : 6;
  const head = encodeWords(
    0xfeedfacf,
    0x01000007,
    3,
    kind,
    commands.length,
    commandBytes,
    flags,
    0,
  );
  return Buffer.concat([head, ...commands, ...entries, Buffer.from(strings)]);
}

function createUniversal(slices: readonly Buffer[]): Buffer {
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
  test('reads libraries, entry point and exports', () => {
    const content = createTinyMachO(
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

  test('flags and a call reveal mitigations; a universal file has those of all its architectures', () => {
    const calls = [{ name: '_printf', type: EXTERNAL_UNDEFINED }];
    const guarded = [...calls, { name: '___stack_chk_fail', type: EXTERNAL_UNDEFINED }];
    const safe = createTinyMachO([], guarded, { flags: 0x200085 });
    const unsafe = createTinyMachO([], calls, { flags: 0x20000 });
    const library = createTinyMachO([], [], { isProgram: false });
    const readMitigations = (content: Buffer) => read(content)?.mitigations;
    const all = { randomAddress: true, noExecute: true, stackCanary: true };
    const none = { randomAddress: false, noExecute: false, stackCanary: false };
    assert.deepEqual(readMitigations(safe), all);
    assert.deepEqual(readMitigations(unsafe), none);
    assert.deepEqual(readMitigations(library), { randomAddress: true, noExecute: true });
    assert.deepEqual(readMitigations(createUniversal([safe, library])), all);
    assert.deepEqual(readMitigations(createUniversal([safe, unsafe])), none);
    // Debugger symbols have their own types and are not calls.
    const described = createTinyMachO([], [{ name: '___stack_chk_fail', type: 0x20 }]);
    assert.equal(readMitigations(described)?.stackCanary, undefined);
  });

  test('exports no common, imported or private symbols', () => {
    const symbols = [
      { name: '_main', type: EXTERNAL_IN_SECTION },
      { name: '__mh_execute_header', type: EXTERNAL_IN_SECTION },
      { name: '_printf', type: EXTERNAL_UNDEFINED },
      { name: '_hidden', type: PRIVATE_EXTERNAL },
    ];
    assert.equal(read(createTinyMachO([], symbols))?.hasExports, false);
  });

  test('combines the architectures of a universal file', () => {
    const content = createUniversal([
      createTinyMachO(['a.dylib'], [], { isProgram: false }),
      createTinyMachO(['a.dylib', 'b.dylib'], [{ name: '_x', type: EXTERNAL_IN_SECTION }]),
    ]);
    assert.deepEqual(read(content), {
      importedLibraries: ['a.dylib', 'b.dylib'],
      hasEntrypoint: true,
      hasExports: true,
      mitigations: { randomAddress: false, noExecute: true },
    });
  });

  test('a library has no entry point', () => {
    assert.equal(read(createTinyMachO([], [], { isProgram: false }))?.hasEntrypoint, false);
  });

  test('is read as far as possible if truncated or forged', () => {
    const content = createUniversal([
      createTinyMachO(['a.dylib'], [{ name: '_x', type: EXTERNAL_IN_SECTION }]),
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
