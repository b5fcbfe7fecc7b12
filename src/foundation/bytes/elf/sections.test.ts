import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ElfSections, SECTION } from './sections.ts';

interface Header {
  readonly nameOffset: number;
  readonly type?: number;
  readonly sizeBytes?: number;
}

/** Sections of a 64-bit file; each offset equals the section's number. */
function readSections(strings: string, headers: readonly Header[]): ElfSections {
  const entryBytes = 72;
  const bytes = Buffer.alloc(entryBytes * headers.length);
  for (const [index, { nameOffset, type = 1, sizeBytes = 0 }] of headers.entries()) {
    bytes.writeUInt32LE(nameOffset, entryBytes * index);
    bytes.writeUInt32LE(type, entryBytes * index + 4);
    bytes.writeUInt32LE(index, entryBytes * index + 24);
    bytes.writeUInt32LE(sizeBytes, entryBytes * index + 32);
  }
  const layout = { is64: true, isLittleEndian: true };
  return new ElfSections({ bytes, entryBytes, layout, strings: Buffer.from(strings) });
}

const STRINGS = '\0.rela.text\0.data\0.data.rel\0';
const at = (name: string): number => STRINGS.indexOf(name);
/** Name tables that are decoded as a whole, that are too long for that, and that are not ASCII. */
const TABLES = [STRINGS, STRINGS + '.'.repeat(5_000), `${STRINGS}.käse\0`];

suite('sections of an ELF file', () => {
  test('are found by their full name, even if it is the suffix of another', () => {
    for (const strings of TABLES) {
      const sections = readSections(strings, [
        { nameOffset: 0 },
        { nameOffset: at('.rela.text') },
        { nameOffset: at('.data.rel') },
        { nameOffset: at('.text') },
        { nameOffset: at('.data') },
        { nameOffset: at('.data') },
      ]);
      const offsets = ['.rela.text', '.data.rel', '.text', '.data', '.rela', '.bss'].map(
        (name) => sections.findNamed(name)?.offset,
      );
      assert.deepEqual(offsets, [1, 2, 3, 4, undefined, undefined]);
      assert.deepEqual(
        Array.from(sections, ({ name }) => name),
        ['', '.rela.text', '.data.rel', '.text', '.data', '.data'],
      );
    }
  });

  test('are found in the file if another one of the same name has no content', () => {
    const sections = readSections(STRINGS, [
      { nameOffset: at('.data'), type: SECTION.noBits },
      { nameOffset: at('.data') },
    ]);
    assert.equal(sections.findNamed('.data')?.offset, 0);
    assert.equal(sections.findNamedInFile('.data')?.offset, 1);
  });

  test('are found by their type and returned with their size', () => {
    const sections = readSections(STRINGS, [
      { nameOffset: 0, type: SECTION.note, sizeBytes: 5 },
      { nameOffset: 0, type: SECTION.note, sizeBytes: 7 },
    ]);
    assert.equal(sections.findByType(SECTION.note)?.sizeBytes, 5);
    assert.equal(sections.findByType(SECTION.dynamic), undefined);
    assert.equal(sections.symbolBytes, 0);
    const tables = readSections(STRINGS, [
      { nameOffset: 0, type: SECTION.dynamicSymbols, sizeBytes: 7 },
      { nameOffset: 0, type: SECTION.symbolTable, sizeBytes: 5 },
      { nameOffset: 0, type: 0xffff_ffff, sizeBytes: 9 },
    ]);
    assert.equal(tables.symbolBytes, 7);
  });

  test('have no name if it is beyond the table, and do not exist beyond the last index', () => {
    const sections = readSections('\0.end', [{ nameOffset: 1 }, { nameOffset: 9_999 }]);
    assert.deepEqual([sections.at(0)?.name, sections.at(1)?.name], ['.end', '']);
    assert.deepEqual([sections.at(2), sections.at(Number.NaN)], [undefined, undefined]);
  });
});
