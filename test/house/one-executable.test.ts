import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModules } from '../../tools/source-tree.ts';

const DEFINITION = 'src/foundation/core/executable-file.ts';
/** The ELF magic number in any spelling, and the execute bits of a mode. */
const COPY = /0x7f,\s*0x45|0x7f454c46|\\x7fELF|\\u007fELF|\\u\{7f\}ELF|\b0o111\b/i;

test('one module defines executables', () => {
  const sources = readModules(['src']).filter(
    ({ path }) => !/\.(?:test|fixture)\.ts$/.test(path) && path !== DEFINITION,
  );
  assert.ok(sources.length > 500);
  const copies = sources.filter(({ text }) => COPY.test(text)).map(({ path }) => path);
  assert.deepEqual(copies, [], `use ${DEFINITION}`);
});
