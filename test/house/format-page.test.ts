import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formats } from '../../src/report/output/formats.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/formats.md'), 'utf8');

/** Returns the cells of the row whose first cell is the ID. */
function findRow(id: string): readonly string[] {
  const line = PAGE.split('\n').find((each) => each.startsWith(`| \`${id}\` |`));
  assert.ok(line, `docs/formats.md has no row for ${id}`);
  return line.split('|').map((cell) => cell.trim());
}

test('the formats page has a row for each format, with its aliases and versions', () => {
  for (const { id, aliases, versions } of formats) {
    const [, , names = '', told = ''] = findRow(id);
    assert.equal(names, aliases.map((alias) => `\`${alias}\``).join(', '), id);
    if (versions !== undefined) {
      const all = versions.all.map((one) => (one === versions.usual ? `**${one}**` : one));
      assert.equal(told, all.join(', '), id);
    }
  }
});
