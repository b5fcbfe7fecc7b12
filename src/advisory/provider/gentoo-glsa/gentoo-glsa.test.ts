import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { gentooGlsa } from './gentoo-glsa.ts';

/** GLSA 202310-12, shortened to the elements that are read, with bounds of other advisories. */
const DOCUMENT = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE glsa SYSTEM "http://www.gentoo.org/dtd/glsa.dtd">
<glsa id="202310-12">
  <title>curl: Multiple Vulnerabilities</title>
  <synopsis>Multiple vulnerabilities have been discovered in curl.</synopsis>
  <product type="ebuild">curl</product>
  <announced>2023-10-11</announced>
  <affected>
    <package name="net-misc/curl" auto="yes" arch="*">
      <unaffected range="ge">8.3.0-r2</unaffected>
      <vulnerable range="lt">8.3.0-r2</vulnerable>
    </package>
    <package name="dev-lang/php" auto="yes" arch="*">
      <unaffected range="ge" slot="7.4">7.4.33</unaffected>
      <unaffected range="rge">8.0.9-r3</unaffected>
      <vulnerable range="lt" slot="7.4">7.4.33</vulnerable>
      <vulnerable range="eq">8.0*</vulnerable>
    </package>
    <package name="" auto="yes" arch="*"/>
  </affected>
  <impact type="high"><p>…</p></impact>
  <references>
    <uri link="https://nvd.nist.gov/vuln/detail/CVE-2023-38545">CVE-2023-38545</uri>
    <uri link="https://example.org">a page</uri>
  </references>
</glsa>`;

const read = (value: unknown): Promise<ReadFeed> => readFeed(gentooGlsa, value);

test('reads the CVEs, impact and a statement per package of an advisory', async () => {
  const [item] = (await read(DOCUMENT)).items;
  assert.ok(item);
  const { record, statements } = item;
  assert.equal(record.id, 'GLSA-202310-12');
  assert.deepEqual(record.aliases, ['CVE-2023-38545']);
  assert.deepEqual(record.severities, [{ scheme: 'CHML', value: 'high', rank: 1 }]);
  assert.equal(record.publishedAt, '2023-10-11');
  assert.deepEqual(
    statements.map(({ statement }) => [
      statement.packageName,
      statement.effect,
      statement.ranges.map(({ constraint, fix }) => [constraint, fix?.version]),
    ]),
    [
      ['net-misc/curl', 'affected', [['< 8.3.0-r2', '8.3.0-r2']]],
      ['net-misc/curl', 'unaffected', [['>= 8.3.0-r2', undefined]]],
      ['dev-lang/php', 'affected', [['< 7.4.33, >= 7.4, < 7.5', '7.4.33']]],
      [
        'dev-lang/php',
        'unaffected',
        [
          ['>= 7.4.33, >= 7.4, < 7.5', undefined],
          ['>= 8.0.9-r3, >= 8.0.9, <= 8.0.9-r999999999', undefined],
        ],
      ],
    ],
  );
});

test('reports each invalid bound and package separately', async () => {
  const notes = (await read(DOCUMENT)).problems.map(({ message }) => message);
  assert.equal(notes.length, 2);
  assert.match(notes.join('\n'), /"eq 8\.0\*" for dev-lang\/php/);
  assert.match(notes.join('\n'), /without a name or vulnerable versions/);
});

test('reports a document that is not an advisory', async () => {
  for (const text of ['', '<glsa/>', '<other id="1"/>', '<glsa id="1">']) {
    const { items, problems } = await read(text);
    assert.deepEqual([items.length, problems.length], [0, 1], text);
  }
});
