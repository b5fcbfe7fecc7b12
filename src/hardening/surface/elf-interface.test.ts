import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTinyElf, type TinyElf } from '../../../test/support/tiny-elf.ts';
import { Budget } from '../../foundation/core/budget.ts';
import { toBytes } from '../../foundation/core/bytes.ts';
import { getFact } from '../../foundation/core/deferred-fact.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { type ElfInterface, elfInterface } from './elf-interface.ts';

const SONAME = 14;
const FUNCTION = 2;
const DATA = 1;
const INDIRECT = 10;

function getInterface(content: Uint8Array, limits: Limits = DEFAULT_LIMITS) {
  const file = { path: '/lib/libx.so', role: 'elf', sizeBytes: content.length, mode: 0o755 };
  const budget = new Budget(limits);
  const content_ = toBytes(content);
  return getFact<ElfInterface>(
    elfInterface.extract({ ...file, content: content_, limits, budget }),
  );
}

const LIBRARY: TinyElf = {
  type: 3,
  dynamic: [[SONAME, 'libx.so.1']],
  symbols: [
    { name: 'malloc' },
    { name: 'environ', type: DATA },
    { name: 'x_open', type: FUNCTION, section: 1 },
    { name: 'x_copy', type: INDIRECT, section: 1 },
    { name: 'x_table', type: DATA, section: 1 },
    { name: '', type: FUNCTION, section: 1 },
  ],
};

suite('exported and imported functions of an ELF file', () => {
  test('lists exported and imported functions', () => {
    assert.deepEqual(getInterface(createTinyElf(LIBRARY)), {
      isLibrary: true,
      exported: 'x_open\nx_copy',
      imported: 'malloc\nenviron',
    });
  });

  test('distinguishes a program, which has no soname, from a library', () => {
    assert.equal(getInterface(createTinyElf({ ...LIBRARY, dynamic: [] }))?.isLibrary, false);
  });

  test('returns nothing for a static executable, a file that is not ELF, or too many names', () => {
    assert.equal(getInterface(createTinyElf({ type: 2 })), undefined);
    assert.equal(getInterface(Buffer.from('\x7fELF', 'latin1')), undefined);
    const limits = { ...DEFAULT_LIMITS, symbolBytesMax: 20 };
    assert.equal(getInterface(createTinyElf(LIBRARY), limits), undefined);
  });
});
