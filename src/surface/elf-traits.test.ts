import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type TinyElf, tinyElf } from '../../test/support/tiny-elf.ts';
import { Budget } from '../core/budget.ts';
import { toBytes } from '../core/bytes.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { type ElfTraits, elfTraits } from './elf-traits.ts';

function traitsOf(content: Uint8Array): ElfTraits | undefined {
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

function tiny(about: TinyElf): ElfTraits {
  return traitsOf(tinyElf({ type: 3, ...about })) ?? assert.fail();
}

/** As GNU ld writes it for `-fcf-protection=full` and `-fcf-protection=branch`. */
const NOTE = '040000001000000005000000474e5500020000c0040000000300000000000000';
const HALF = NOTE.replace('03000000', '01000000');
const TEXTREL = 22;
const RPATH = 15;
const RUNPATH = 29;
const FLAGS = 30;

suite('what of an ELF file matters to its surface', () => {
  test('it waits for connections where it calls for both steps', () => {
    const dynamic = [] as const;
    const listens = (...names: readonly string[]): boolean =>
      tiny({ dynamic, symbols: names.map((name) => ({ name })) }).listens;
    assert.equal(listens('bind', 'listen', 'accept'), true);
    assert.equal(listens('bind', 'connect'), false);
    assert.equal(listens('listen_on', 'bindtextdomain'), false);
    const own = tiny({ dynamic, symbols: [{ name: 'bind', section: 1 }, { name: 'listen' }] });
    assert.equal(own.listens, false);
  });

  test('a Go program tells by its table of functions', () => {
    const bytes = Buffer.from('\0net.(*sysListener).listenTCP\0', 'latin1');
    assert.equal(tiny({ contents: [{ name: '.gopclntab', bytes }] }).listens, true);
    const other = Buffer.from('\0net.(*sysDialer).dialTCP\0', 'latin1');
    assert.equal(tiny({ contents: [{ name: '.gopclntab', bytes: other }] }).listens, false);
  });

  test('code that the loader writes to is told by either sign', () => {
    assert.equal(tiny({ dynamic: [[TEXTREL, 0]] }).hasTextRelocations, true);
    assert.equal(tiny({ dynamic: [[FLAGS, 4]] }).hasTextRelocations, true);
    assert.equal(tiny({ dynamic: [[FLAGS, 8]] }).hasTextRelocations, false);
    assert.equal(tiny({}).hasTextRelocations, undefined);
  });

  test('the folders of libraries are told as they are written', () => {
    const dynamic = [
      [RPATH, '/opt/lib:$ORIGIN/lib'],
      [RUNPATH, ''],
    ] as const;
    assert.deepEqual(tiny({ dynamic }).libraryFolders, ['/opt/lib', '$ORIGIN/lib', '']);
  });

  test('protection of branches is whole, half or none', () => {
    const note = (digits: string): unknown =>
      tiny({ note: Buffer.from(digits, 'hex') }).branchProtection;
    assert.equal(note(NOTE), 'full');
    assert.equal(note(HALF), 'partial');
    assert.equal(note(NOTE.slice(0, 40)), 'none');
    assert.equal(tiny({}).branchProtection, 'none');
  });

  test('what is cut off, an object file or no ELF file at all tells nothing', () => {
    assert.equal(traitsOf(tinyElf({}).subarray(0, 20)), undefined);
    assert.equal(traitsOf(tinyElf({ type: 1 })), undefined);
    assert.equal(traitsOf(Buffer.from('#!/bin/sh\n')), undefined);
  });

  test('the program that runs this test can wait for connections', (context) => {
    const found = traitsOf(readFileSync(process.execPath));
    if (found === undefined) {
      context.skip('it is no ELF file');
      return;
    }
    assert.equal(found.listens, true);
    assert.equal(found.hasTextRelocations, false);
  });
});
