import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { retirejs } from './retirejs.ts';

const identifiers = { githubID: 'GHSA-c75v-2vq8-878f', CVE: ['CVE-2021-4231'], summary: 'XSS' };

test('joins the ranges of one vulnerability', async () => {
  const { items, problems } = await readFeed(retirejs, {
    angularjs: {
      npmname: 'angular',
      vulnerabilities: [
        { below: '10.2.5', atOrAbove: '0', severity: 'medium', identifiers, cwe: ['CWE-79'] },
        { below: '11.0.5', atOrAbove: '11.0.0', severity: 'medium', identifiers },
        { below: '1.999', severity: 'low', identifiers: { summary: 'End of life' } },
      ],
    },
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.map(({ record, statements }) => [
      record.id,
      record.aliases,
      record.severities.map(({ value }) => value),
      statements.map(({ statement }) => statement.packageName),
      statements.flatMap(({ statement }) =>
        statement.ranges.map(
          ({ constraint, fix }) => `${constraint} → ${fix?.version ?? fix?.state}`,
        ),
      ),
    ]),
    [
      [
        'GHSA-c75v-2vq8-878f',
        ['CVE-2021-4231'],
        ['medium'],
        ['angular'],
        ['< 10.2.5 → 10.2.5', '>= 11.0.0, < 11.0.5 → 11.0.5'],
      ],
      ['RETIREJS-angular-2', [], ['low'], ['angular'], ['< 1.999 → not-fixed']],
    ],
  );
  assert.deepEqual(items[0]?.weaknesses, [
    { cve: 'CVE-2021-4231', cwe: 'CWE-79', source: 'retirejs', kind: 'Primary' },
  ]);
});

test('leaves out samples and reports entries without a version', async () => {
  const { items, problems } = await readFeed(retirejs, {
    'retire-example': { vulnerabilities: [{ below: '0.0.2' }] },
    odd: 7,
    ember: { vulnerabilities: [{ atOrAbove: '1.0.0' }, 7] },
  });
  assert.deepEqual(items, []);
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'the library odd is not an object',
      'ember has an entry without a version: 1',
      'ember has an entry without a version: 2',
    ],
  );
});
