import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { createTinyElf, type TinyElf } from '../../../../test/support/tiny-elf.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import type { Extraction } from '../../../foundation/core/cataloger.ts';
import type { ExecutableFacts } from '../../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { executable } from './executable.ts';

const NEEDED = 1;
const FLAGS = 30;
const FLAGS_1 = 0x6ffffffb;
const GNU_STACK = 0x6474e551;
const GNU_RELRO = 0x6474e552;

function extract(content: Uint8Array, role: string): Extraction<ExecutableFacts> {
  return executable.extract({
    path: '/bin/tool',
    role,
    sizeBytes: content.length,
    mode: 0o755,
    content: toBytes(content),
    limits: DEFAULT_LIMITS,
    budget: new Budget(DEFAULT_LIMITS),
  });
}

function readFacts(about: TinyElf): ExecutableFacts {
  const { fact } = extract(createTinyElf(about), 'elf');
  assert.ok(fact);
  return fact;
}

function readSecurity(about: TinyElf): NonNullable<ExecutableFacts['security']> {
  const { security } = readFacts(about);
  assert.ok(security);
  return security;
}

/** Returns the roles whose magic matches the content. */
function listRoles(content: Uint8Array): readonly string[] {
  return executable.wants
    .filter(({ magic = [] }) =>
      magic.some(({ offset, bytes }) => bytes.every((byte, at) => content[offset + at] === byte)),
    )
    .map(({ role }) => role);
}

suite('executable', () => {
  test('reports all protections of a hardened program', () => {
    const facts = readFacts({
      entry: 0x1000,
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      buildId: Uint8Array.of(0xab, 0xcd),
      dynamic: [
        [NEEDED, 'libc.so.6'],
        [FLAGS, 8],
        [FLAGS_1, 0x08000001],
      ],
      symbols: [
        { name: '__stack_chk_fail' },
        { name: '__printf_chk' },
        { name: '__safestack_init' },
      ],
      segments: [
        { type: GNU_STACK, flags: 6 },
        { type: GNU_RELRO, flags: 4 },
      ],
    });
    assert.deepEqual(facts, {
      format: 'elf',
      hasExports: false,
      hasEntrypoint: true,
      importedLibraries: ['libc.so.6'],
      security: {
        symbolTableStripped: true,
        stackCanary: true,
        nx: true,
        relRo: 'full',
        pie: true,
        dso: true,
        safeStack: true,
        fortify: true,
      },
      buildId: 'abcd',
      interpreter: '/lib64/ld-linux-x86-64.so.2',
    });
  });

  test('reports no protections for a program without any', () => {
    assert.deepEqual(readSecurity({ dynamic: [], symbols: [{ name: 'printf' }] }), {
      symbolTableStripped: true,
      stackCanary: false,
      nx: false,
      relRo: 'none',
      pie: false,
      dso: true,
      safeStack: false,
      fortify: false,
    });
  });

  test('reports unknown protections for a static stripped program', () => {
    assert.deepEqual(readSecurity({ type: 2, segments: [{ type: GNU_STACK, flags: 6 }] }), {
      symbolTableStripped: true,
      nx: true,
      relRo: 'none',
      pie: false,
      dso: false,
    });
  });

  test('matches whole symbol names, even if others have the same end', () => {
    const readCanary = (...names: readonly string[]): unknown =>
      readSecurity({ dynamic: [], symbols: names.map((name) => ({ name })) }).stackCanary;
    assert.equal(readCanary('a__stack_chk_fail'), false);
    assert.equal(readCanary('a__stack_chk_fail', '__stack_chk_fail'), true);
    assert.equal(readCanary('__stack_chk_fail_local', 'b__stack_chk_fail', 'printf'), false);
  });

  test('reports an executable stack as unprotected', () => {
    assert.equal(readSecurity({ segments: [{ type: GNU_STACK, flags: 7 }] }).nx, false);
  });

  test('reports full RELRO with immediate binding, else partial', () => {
    const segments = [{ type: GNU_RELRO, flags: 4 }];
    assert.equal(readSecurity({ segments, dynamic: [] }).relRo, 'partial');
    assert.equal(readSecurity({ segments, dynamic: [[24, 0]] }).relRo, 'full');
    assert.equal(readSecurity({ dynamic: [[24, 0]] }).relRo, 'none');
  });

  test('treats a shared object as a program only if it is marked as one', () => {
    const dynamic = [[FLAGS_1, 0x08000000]] as const;
    assert.equal(readSecurity({ dynamic }).pie, true);
    assert.equal(readSecurity({ dynamic, type: 2 }).pie, false);
  });

  test('reports defined symbols as exports, but not needed ones', () => {
    assert.equal(readFacts({ dynamic: [], symbols: [{ name: 'a', section: 3 }] }).hasExports, true);
    assert.equal(readFacts({ dynamic: [], symbols: [{ name: 'a' }] }).hasExports, false);
  });

  test('detects control flow integrity with a full symbol table', () => {
    const readFullSymbols = (name: string, type = 2): unknown =>
      readSecurity({ fullSymbols: [{ name: 'main' }, { name, type }] }).cfi;
    assert.equal(readFullSymbols('_Z3runv.cfi'), true);
    assert.equal(readFullSymbols('_Z3runv.cfi', 1), false);
    assert.equal(readFullSymbols('_Z3runv.cfi_jt'), false);
    assert.equal(readSecurity({}).cfi, undefined);
  });

  test('detects checked functions in either symbol table', () => {
    const readFortify = (name: string): unknown =>
      readSecurity({ dynamic: [], symbols: [{ name }] }).fortify;
    assert.equal(readFortify('__memcpy_chk'), true);
    assert.equal(readFortify('memcpy_chk'), false);
    assert.equal(readFortify('__memcpy_chk_fail'), false);
    const readFullSymbols = (name: string): unknown =>
      readSecurity({ fullSymbols: [{ name }] }).fortify;
    assert.equal(readFullSymbols('__memcpy_chk@GLIBC_2.3.4'), true);
    assert.equal(readFullSymbols('__memcpy_chk@'), false);
    assert.equal(readFullSymbols('__memcpy_chk'), false);
  });

  test('does not match names that are too long for the C library', () => {
    const name = `__${'x'.repeat(5_000)}_chk`;
    const symbols = Array.from({ length: 200 }, () => ({ name }));
    assert.equal(readSecurity({ dynamic: [], symbols }).fortify, false);
  });

  test('skips objects, core dumps and files shorter than a sector', () => {
    assert.deepEqual(extract(createTinyElf({ type: 1 }), 'elf'), {});
    assert.deepEqual(extract(createTinyElf({ type: 4 }), 'elf'), {});
    assert.deepEqual(extract(createTinyElf({}).subarray(0, 511), 'elf'), {});
  });

  test('reports a file that ends within its first header', () => {
    const { fact, problems } = extract(createTinyElf({}).subarray(0, 12), 'elf');
    assert.equal(fact, undefined);
    assert.equal(problems?.[0]?.code, 'P_TRUNCATED');
  });

  test('reports a damaged file, and the facts that can be read', () => {
    const damaged = Uint8Array.from(createTinyElf({ dynamic: [[NEEDED, 'libc.so.6']] }));
    damaged.fill(0xff, 40, 46);
    const { fact, problems } = extract(damaged, 'elf');
    assert.deepEqual(fact?.importedLibraries, ['libc.so.6']);
    assert.deepEqual(
      problems?.map(({ code }) => code),
      ['P_TRUNCATED'],
    );
  });

  test('does not mistake a Java class or a text for a program', () => {
    const javaClass = Buffer.alloc(600);
    javaClass.write('cafebabe00000034', 'hex');
    assert.deepEqual(listRoles(javaClass), ['macho']);
    assert.deepEqual(extract(javaClass, 'macho'), {});
    const text = Buffer.from('MZ is a code of two letters. '.repeat(40));
    assert.deepEqual(listRoles(text), ['pe']);
    assert.deepEqual(extract(text, 'pe'), {});
  });

  test('parses a program of this machine', (context) => {
    if (!existsSync('/bin/ls')) {
      context.skip('/bin/ls does not exist');
      return;
    }
    const content = readFileSync('/bin/ls');
    const [role] = listRoles(content);
    assert.ok(role);
    const { fact, problems } = extract(content, role);
    assert.equal(fact?.hasEntrypoint, true);
    assert.equal(problems, undefined);
  });
});
