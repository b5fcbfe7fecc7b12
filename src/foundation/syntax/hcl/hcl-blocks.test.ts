import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHclBlocks } from './hcl-blocks.ts';

test('blocks have a label, and string arguments', () => {
  const blocks = parseHclBlocks(
    '# a {\nprovider "x/y" {\n  version = "1.0" // }\n  hashes = [\n    "h1:a",\n    "zh:\\"b",\n  ]\n}\n/* open',
  );
  assert.deepEqual(
    blocks?.map(({ kind, label, arguments: given }) => [kind, label, [...given]]),
    [
      [
        'provider',
        'x/y',
        [
          ['version', ['1.0']],
          ['hashes', ['h1:a', 'zh:"b']],
        ],
      ],
    ],
  );
});

test('rejects a block that is not closed or is nested', () => {
  for (const text of ['provider "x" {', 'a "b" { c { } }', '{'.repeat(99_999)]) {
    assert.equal(parseHclBlocks(text), undefined);
  }
  assert.deepEqual(parseHclBlocks('/* '.repeat(50_000)), []);
  assert.deepEqual(parseHclBlocks(`"${'\\"'.repeat(500_000)}`), []);
  assert.deepEqual(parseHclBlocks('"'.repeat(99_999)), []);
});
