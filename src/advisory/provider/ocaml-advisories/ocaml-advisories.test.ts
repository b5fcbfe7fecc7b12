import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { ocamlAdvisories } from './ocaml-advisories.ts';

/** Facts of OSEC-2026-01, shortened. */
const createAdvisory = (affected: string): string => `\`\`\`
id: OSEC-2026-01
modified: "2026-02-27T09:30:00Z"
published: "2026-02-17T13:30:00Z"
aliases: [ CVE-2026-28364 GHSA-j26j-m5xr-g23c ]
severity: "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N"
severity_score: "6.8"
affected: ${affected}
events: [
  [
    git "https://github.com/ocaml/ocaml" [
      [fixed "b0a2614684a52acded784ec213f14ddfe085d146"]
    ]
  ]
]
references: [
  [report "https://example.com/a"]
]
\`\`\`

# Buffer Over-Read in OCaml Marshal Deserialization
`;

async function readConstraints(affected: string): Promise<readonly unknown[]> {
  const { items } = await readFeed(ocamlAdvisories, createAdvisory(affected));
  return items.flatMap(({ statements }) =>
    statements.flatMap(({ statement }) =>
      statement.ranges.map(({ constraint, fix }) => [constraint, fix?.version ?? fix?.state]),
    ),
  );
}

test('reads a formula of opam as ranges', async () => {
  assert.deepEqual(await readConstraints('"tls" {< "2.1.0"}'), [['< 2.1.0', '2.1.0']]);
  assert.deepEqual(await readConstraints('"solo5" {>= "0.6.6" & < "0.7.5"}'), [
    ['>= 0.6.6, < 0.7.5', '0.7.5'],
  ]);
  assert.deepEqual(await readConstraints('"ocaml" {< "4.14.3" | (>= "5" & < "5.4.1")}'), [
    ['< 4.14.3', '4.14.3'],
    ['>= 5, < 5.4.1', '5.4.1'],
  ]);
  assert.deepEqual(await readConstraints('"arp" {<= "4.1.0"}'), [['<= 4.1.0', 'not-fixed']]);
  assert.deepEqual(await readConstraints('"arp"'), [['', 'not-fixed']]);
});

test('reads the record', async () => {
  const { items } = await readFeed(ocamlAdvisories, createAdvisory('"tls" {< "2.1.0"}'));
  const record = items[0]?.record;
  assert.deepEqual(record?.aliases, ['CVE-2026-28364', 'GHSA-j26j-m5xr-g23c']);
  assert.equal(record?.publishedAt, '2026-02-17T13:30:00Z');
  assert.equal(record?.description, 'Buffer Over-Read in OCaml Marshal Deserialization');
  assert.deepEqual(
    record?.references.map(({ url }) => url),
    [
      'https://github.com/ocaml/security-advisories/blob/main/advisories/2026/OSEC-2026-01.md',
      'https://example.com/a',
    ],
  );
});

test('keeps a record without a statement if the formula is unsupported', async () => {
  for (const affected of ['"a" {!= "1"}', '"a" {< "1" & (> "2" | = "3")}', '"a" {< "1" |}', '']) {
    const { items, omissions } = await readFeed(ocamlAdvisories, createAdvisory(affected));
    assert.deepEqual([items.length, items[0]?.statements], [1, []], affected);
    assert.deepEqual(
      omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
      ['statement: unsupported versions'],
    );
  }
});

suite('a scan of an OCaml project', () => {
  const scan = async (version: string) => {
    const { findings } = await scanWithFeed({
      provider: 'ocaml-advisories',
      documents: { 'OSEC-2026-01.md': createAdvisory('"tls" {< "2.1.0"}') },
      files: { 'app/tls.opam': `opam-version: "2.0"\nname: "tls"\nversion: "${version}"\n` },
    });
    return findings.map((line) => line.split(' ')[2]);
  };

  test('finds a package below its fixed version, and none from it on', async () => {
    assert.deepEqual(await scan('2.0.9'), ['OSEC-2026-01']);
    assert.deepEqual(await scan('2.1.0'), []);
    assert.deepEqual(await scan('2.10.0'), []);
  });
});
