import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { type PeFacts, readPe } from './pe.ts';

interface TinyPe {
  readonly isPlus?: boolean;
  readonly isLibrary?: boolean;
  readonly entry?: number;
  readonly exportBytes?: number;
  readonly imports?: readonly string[];
  readonly characteristics?: number;
  readonly isFixed?: boolean;
  readonly isManaged?: boolean;
  /** Value in the load configuration; absent if there is none. */
  readonly stackCookie?: number;
}

const HEADER_AT = 64;
const SECTION_ADDRESS = 0x1000;
const SECTION_AT = 512;

/** One section with the import table and its names. */
function createTinyPe(about: TinyPe): Buffer {
  const { isPlus = true, imports = [] } = about;
  const file = Buffer.alloc(1024);
  file.write('MZ');
  file.writeUInt32LE(HEADER_AT, 60);
  file.write('PE\0\0', HEADER_AT);
  file.writeUInt16LE(1, HEADER_AT + 6);
  const optionalBytes = isPlus ? 240 : 224;
  file.writeUInt16LE(optionalBytes, HEADER_AT + 20);
  const kind = about.isLibrary === true ? 0x2002 : 2;
  file.writeUInt16LE(kind + Number(about.isFixed ?? false), HEADER_AT + 22);
  const optional = HEADER_AT + 24;
  file.writeUInt16LE(isPlus ? 0x20b : 0x10b, optional);
  file.writeUInt32LE(about.entry ?? 0, optional + 16);
  file.writeUInt16LE(about.characteristics ?? 0, optional + 70);
  const directories = optional + (isPlus ? 108 : 92);
  if (about.stackCookie !== undefined) {
    file.writeUInt32LE(SECTION_ADDRESS + 256, directories + 4 + 8 * 10);
    file.writeUInt32LE(about.stackCookie, SECTION_AT + 256 + (isPlus ? 88 : 60));
  }
  file.writeUInt32LE(Number(about.isManaged ?? false), directories + 4 + 8 * 14);
  file.writeUInt32LE(16, directories);
  file.writeUInt32LE(about.exportBytes ?? 0, directories + 8);
  file.writeUInt32LE(imports.length === 0 ? 0 : SECTION_ADDRESS, directories + 12);
  const section = optional + optionalBytes;
  file.writeUInt32LE(SECTION_ADDRESS, section + 12);
  file.writeUInt32LE(512, section + 16);
  file.writeUInt32LE(SECTION_AT, section + 20);
  let nameAt = 20 * (imports.length + 1);
  for (const [index, name] of imports.entries()) {
    file.writeUInt32LE(SECTION_ADDRESS + nameAt, SECTION_AT + 20 * index + 12);
    file.write(name, SECTION_AT + nameAt);
    nameAt += name.length + 1;
  }
  return file;
}

function read(content: Uint8Array): PeFacts | undefined {
  return readPe(toBytes(content), DEFAULT_LIMITS);
}

suite('PE', () => {
  for (const isPlus of [true, false]) {
    test(`reads entry point, exports and imports of a ${isPlus ? 64 : 32}-bit program`, () => {
      const imports = ['KERNEL32.dll', 'USER32.dll', 'KERNEL32.dll'];
      assert.deepEqual(read(createTinyPe({ isPlus, entry: 0x1234, exportBytes: 40, imports })), {
        isLibrary: false,
        entry: 0x1234,
        hasExports: true,
        importedLibraries: ['KERNEL32.dll', 'USER32.dll'],
        mitigations: { randomAddress: false, noExecute: isPlus, controlFlowGuard: false },
      });
    });
  }

  for (const isPlus of [true, false]) {
    test(`reads the hardening of a ${isPlus ? 64 : 32}-bit program`, () => {
      const detectMitigations = (about: TinyPe) =>
        read(createTinyPe({ isPlus, ...about }))?.mitigations;
      assert.deepEqual(detectMitigations({ characteristics: 0x4140, stackCookie: 0x4000 }), {
        randomAddress: true,
        noExecute: true,
        stackCanary: true,
        controlFlowGuard: true,
      });
      assert.deepEqual(
        detectMitigations({ characteristics: 0x40, isFixed: true, stackCookie: 0 }),
        {
          randomAddress: false,
          noExecute: isPlus,
          stackCanary: false,
          controlFlowGuard: false,
        },
      );
      assert.equal(detectMitigations({ isManaged: true }), undefined);
    });
  }

  test('distinguishes a library from a program', () => {
    assert.equal(read(createTinyPe({ isLibrary: true }))?.isLibrary, true);
    assert.equal(read(createTinyPe({}))?.isLibrary, false);
  });

  test('rejects a DOS program and a text', () => {
    assert.equal(read(createTinyPe({}).fill(0, HEADER_AT, HEADER_AT + 4)), undefined);
    assert.equal(read(Buffer.from('MZ'.padEnd(600))), undefined);
    assert.equal(read(Buffer.from('MZ')), undefined);
  });

  test('is read as far as possible if truncated or forged', () => {
    const content = createTinyPe({ entry: 1, imports: ['KERNEL32.dll'] });
    for (let at = 0; at < content.length; at++) {
      read(content.subarray(0, at));
      for (const value of [0, 0x7f, 0xff]) {
        read(Uint8Array.from(content).fill(value, at, at + 4));
      }
    }
    assert.deepEqual(read(content.subarray(0, 600))?.importedLibraries, ['KERNEL32.dll']);
  });
});
