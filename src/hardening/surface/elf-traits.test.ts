import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { createTinyElf, type TinyElf } from '../../../test/support/tiny-elf.ts';
import { Budget } from '../../foundation/core/budget.ts';
import { toBytes } from '../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type ElfTraits, elfTraits } from './elf-traits.ts';

function readTraits(content: Uint8Array): ElfTraits | undefined {
  return elfTraits.extract({
    path: '/bin/tool',
    role: 'elf',
    sizeBytes: content.length,
    mode: 0o755,
    content: toBytes(content),
    limits: DEFAULT_LIMITS,
    budget: new Budget(DEFAULT_LIMITS),
  }).fact;
}

function readTinyTraits(about: TinyElf): ElfTraits {
  return readTraits(createTinyElf({ type: 3, ...about })) ?? assert.fail();
}

/** As GNU ld writes it for `-fcf-protection=full` and `-fcf-protection=branch`. */
const NOTE = '040000001000000005000000474e5500020000c0040000000300000000000000';
const HALF = NOTE.replace('03000000', '01000000');
const TEXTREL = 22;
const RPATH = 15;
const RUNPATH = 29;
const FLAGS = 30;

suite('properties of an ELF file for its surface', () => {
  test('waits for connections if it calls both functions', () => {
    const dynamic = [] as const;
    const isListening = (...names: readonly string[]): boolean =>
      readTinyTraits({ dynamic, symbols: names.map((name) => ({ name })) }).listens;
    assert.equal(isListening('bind', 'listen', 'accept'), true);
    assert.equal(isListening('bind', 'connect'), false);
    assert.equal(isListening('listen_on', 'bindtextdomain'), false);
    const own = readTinyTraits({
      dynamic,
      symbols: [{ name: 'bind', section: 1 }, { name: 'listen' }],
    });
    assert.equal(own.listens, false);
  });

  test('detects a Go program by its function table', () => {
    const bytes = Buffer.from('\0net.(*sysListener).listenTCP\0', 'latin1');
    assert.equal(readTinyTraits({ contents: [{ name: '.gopclntab', bytes }] }).listens, true);
    const other = Buffer.from('\0net.(*sysDialer).dialTCP\0', 'latin1');
    assert.equal(
      readTinyTraits({ contents: [{ name: '.gopclntab', bytes: other }] }).listens,
      false,
    );
  });

  test('detects text relocations by either mark', () => {
    assert.equal(readTinyTraits({ dynamic: [[TEXTREL, 0]] }).hasTextRelocations, true);
    assert.equal(readTinyTraits({ dynamic: [[FLAGS, 4]] }).hasTextRelocations, true);
    assert.equal(readTinyTraits({ dynamic: [[FLAGS, 8]] }).hasTextRelocations, false);
    assert.equal(readTinyTraits({}).hasTextRelocations, undefined);
  });

  test('returns library directories as written', () => {
    const dynamic = [
      [RPATH, '/opt/lib:$ORIGIN/lib'],
      [RUNPATH, ''],
    ] as const;
    assert.deepEqual(readTinyTraits({ dynamic }).libraryFolders, ['/opt/lib', '$ORIGIN/lib', '']);
  });

  test('branch protection is complete, partial or absent', () => {
    const note = (digits: string): unknown =>
      readTinyTraits({ note: Buffer.from(digits, 'hex') }).branchProtection;
    assert.equal(note(NOTE), 'full');
    assert.equal(note(HALF), 'partial');
    assert.equal(note(NOTE.slice(0, 40)), 'none');
    assert.equal(readTinyTraits({}).branchProtection, 'none');
  });

  test('returns nothing for a truncated file, an object file or a file that is not ELF', () => {
    assert.equal(readTraits(createTinyElf({}).subarray(0, 20)), undefined);
    assert.equal(readTraits(createTinyElf({ type: 1 })), undefined);
    assert.equal(readTraits(Buffer.from('#!/bin/sh\n')), undefined);
  });

  test('detects that the program of this test can wait for connections', (context) => {
    const found = readTraits(readFileSync(process.execPath));
    if (found === undefined) {
      context.skip('it is no ELF file');
      return;
    }
    assert.equal(found.listens, true);
    assert.equal(found.hasTextRelocations, false);
  });
});
