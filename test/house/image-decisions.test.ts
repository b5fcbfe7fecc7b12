import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { readDynamic } from '../../src/foundation/bytes/elf/dynamic.ts';
import { readElf } from '../../src/foundation/bytes/elf/elf.ts';
import { readDynamicSymbols } from '../../src/foundation/bytes/elf/symbols.ts';
import { present } from '../../src/foundation/core/assert.ts';
import { type Bytes, toBytes } from '../../src/foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { checkDecisions, NODE_LICENSE } from '../../tools/release/image-decisions.ts';

const NODE = readFileSync(process.execPath);

/** Renames `exit`, which Node imports, in its table of names. */
function importGlob(): Buffer {
  const changed = Buffer.from(NODE);
  const elf = present(readElf(toBytes(changed), DEFAULT_LIMITS), 'Node is an ELF file');
  const symbols = present(readDynamicSymbols(elf, readDynamic(elf)), 'Node imports symbols');
  const all = Array.from({ length: symbols.count }, (_, index) => index);
  const exit = all.find((index) => symbols.isUndefined(index) && symbols.name(index) === 'exit');
  const names = symbols.strings.byteOffset - changed.byteOffset;
  changed.write('glob', names + symbols.nameOffset(present(exit, 'Node imports exit')));
  return changed;
}

suite('the decisions about the images of a release', { skip: process.platform !== 'linux' }, () => {
  test('agree with the imports of Node', () => {
    checkDecisions([
      { path: '/usr/local/bin/node', content: toBytes(NODE) },
      { path: '/etc/passwd', content: toBytes(Buffer.from('root')) },
      { path: '/etc' },
    ]);
  });

  test('are refused if an executable imports glob, or the image has ldd', () => {
    const content = toBytes(importGlob());
    assert.throws(
      () => checkDecisions([{ path: '/bin/x', content }]),
      /^Error: \/bin\/x imports glob/u,
    );
    assert.throws(
      () => checkDecisions([{ path: '/usr/bin/ldd' }]),
      /a decision states that it is absent/u,
    );
  });

  test('are refused if the license of Node is missing in its file, or not MIT', () => {
    const toLicense = (grant: string): { path: string; content: Bytes } => ({
      path: NODE_LICENSE,
      content: toBytes(Buffer.from(`Node.js is licensed for use as follows:\n\n"""\n${grant}\n`)),
    });
    checkDecisions([
      toLicense('Permission is hereby granted, free of charge, to any person obtaining a copy'),
    ]);
    for (const file of [toLicense('All rights reserved.'), { path: NODE_LICENSE }]) {
      assert.throws(
        () => checkDecisions([file]),
        /an exception states that the license of Node\.js is MIT/u,
      );
    }
  });
});
