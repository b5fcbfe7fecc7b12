import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ELF_MAGIC_TEXT,
  EXECUTABLE_MAGIC,
  hasExecuteBit,
  isExecutableFile,
  listMagics,
  SCRIPT_MAGIC,
} from './executable-file.ts';

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('recognizes the first bytes of each format', () => {
  assert.equal(toHex(Buffer.from(ELF_MAGIC_TEXT, 'latin1')), '7f454c46');
  const found = (['elf', 'pe', 'macho'] as const).map((format) =>
    listMagics(format).map(({ offset, bytes }) => `${offset} ${toHex(bytes)}`),
  );
  assert.deepEqual(found, [
    ['0 7f454c46'],
    ['0 4d5a'],
    ['0 cafebabe', '0 feedface', '0 cefaedfe', '0 feedfacf', '0 cffaedfe'],
  ]);
  assert.equal(toHex(SCRIPT_MAGIC.bytes), '2321');
});

test('reads packages from every format, and from universal files with 64-bit offsets', () => {
  const all = EXECUTABLE_MAGIC.map(({ bytes }) => toHex(bytes));
  const listed = (['elf', 'pe', 'macho'] as const)
    .flatMap(listMagics)
    .map(({ bytes }) => toHex(bytes));
  assert.deepEqual(all.toSorted(), [...listed, 'cafebabf'].toSorted());
});

test('one execute bit of owner, group or others makes a mode executable', () => {
  assert.deepEqual([0o100, 0o010, 0o001, 0o755].map(hasExecuteBit), [true, true, true, true]);
  assert.deepEqual([0, 0o644, 0o666, 0o4000, 0o7666].map(hasExecuteBit), Array(5).fill(false));
});

test('an executable is a file with format facts in the inventory', () => {
  const executable = {
    format: 'elf',
    hasExports: false,
    hasEntrypoint: true,
    importedLibraries: [],
  } as const;
  assert.equal(isExecutableFile({ executable }), true);
  assert.equal(isExecutableFile({}), false);
});
