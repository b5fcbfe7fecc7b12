import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { rustsec } from './rustsec.ts';

const HEADER = 'id = "RUSTSEC-2026-0041"\npackage = "lz4_flex"\ndate = "2026-03-16"';

async function read(versions: string, advisory = '', affected = '') {
  const text = `\`\`\`toml\n[advisory]\n${HEADER}\n${advisory}\n${affected}\n[versions]\n${versions}\n\`\`\`\n\n# Leaks information\n\nText.\n`;
  const { items, problems } = await readFeed(rustsec, text);
  const [item] = items;
  const [{ statement } = {}] = item?.statements ?? [];
  const ranges = statement?.ranges.map(
    ({ constraint, fix }) => `${constraint} → ${fix?.version ?? fix?.state}`,
  );
  return { record: item?.record, statement, ranges, problems };
}

test('reads the affected versions between those without the vulnerability', async () => {
  const { record, statement, ranges, problems } = await read(
    'patched = [">= 0.11.6, < 0.12.0", ">= 0.12.1"]\nunaffected = ["< 0.2"]',
    'aliases = ["CVE-2026-32829"]\ncvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [
      record?.id,
      record?.aliases,
      record?.description,
      record?.publishedAt,
      record?.severities.length,
    ],
    ['RUSTSEC-2026-0041', ['CVE-2026-32829'], 'Leaks information', '2026-03-16', 1],
  );
  assert.equal(statement?.ecosystem, 'rust-crate');
  assert.deepEqual(ranges, ['>= 0.2.0, < 0.11.6 → 0.11.6', '>= 0.12.0, < 0.12.1 → 0.12.1']);
});

test('reads every form of a requirement', async () => {
  const forms: readonly (readonly [string, readonly string[]])[] = [
    ['patched = ["^1.2.3"]', ['< 1.2.3 → 1.2.3', '>= 2.0.0 → not-fixed']],
    ['patched = ["^0.2.3", ">= 0.4.0"]', ['< 0.2.3 → 0.2.3', '>= 0.3.0, < 0.4.0 → 0.4.0']],
    ['patched = ["~1.2.3"]', ['< 1.2.3 → 1.2.3', '>= 1.3.0 → not-fixed']],
    ['patched = [">= 2"]', ['< 2.0.0 → 2.0.0']],
    ['patched = []', [' → not-fixed']],
    ['unaffected = ["> 1.4.1", "< 1.4.1"]', ['= 1.4.1 → not-fixed']],
  ];
  for (const [versions, ranges] of forms) {
    assert.deepEqual((await read(versions)).ranges, ranges, versions);
  }
  const { ranges, problems } = await read('patched = [">= 1.0.0", "*"]');
  assert.deepEqual([ranges, problems.length], [['< 1.0.0 → 1.0.0'], 1]);
});

test('limits a statement to the platforms of the advisory', async () => {
  const { statement } = await read('patched = []', '', '[affected]\nos = ["windows"]');
  assert.deepEqual(statement?.qualifiers?.platforms, { systems: ['windows'], architectures: [] });
});

test('keeps a notice as a record, and a withdrawn advisory as rejected', async () => {
  const notice = await read('patched = []', 'informational = "unmaintained"');
  assert.deepEqual([notice.record?.status, notice.statement], ['active', undefined]);
  assert.notEqual((await read('patched = []', 'informational = "unsound"')).statement, undefined);
  const { record } = await read('patched = []', 'withdrawn = "2026-04-01"');
  assert.deepEqual([record?.status, record?.withdrawnAt], ['rejected', '2026-04-01']);
});
