import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { friendsofphp } from './friendsofphp.ts';

/** The advisory about Codeception, shortened. */
const CODECEPTION = `title: Deserialization of Untrusted Data
link: https://example.org/advisory
cve: CVE-2021-23420
branches:
    "4.1":
        time: 2021-08-06 17:20:00
        versions: ['>=4.1.0', '<4.1.22']
    "4.0":
        time: ~
        versions: ['>=4.0.0', '<4.1.0']
    "3.1":
        time: 2021-08-7 17:20:00
        versions: ['<3.1.3']
reference: composer://codeception/codeception
`;

test('reads the versions of each branch; one without a time has no fix', async () => {
  const { items, problems } = await readFeed(friendsofphp, CODECEPTION);
  assert.deepEqual(problems, []);
  const [item] = items;
  assert.equal(item?.record.id, 'CVE-2021-23420');
  assert.equal(item.record.publishedAt, '2021-08-06');
  const [{ statement } = {}] = item.statements;
  assert.deepEqual(
    [statement?.ecosystem, statement?.packageName],
    ['php-composer', 'codeception/codeception'],
  );
  assert.deepEqual(
    statement?.ranges.map(({ constraint, fix }) => [constraint, fix?.state, fix?.version]),
    [
      ['>= 4.1.0, < 4.1.22', 'fixed', '4.1.22'],
      ['>= 4.0.0, < 4.1.0', 'not-fixed', undefined],
      ['< 3.1.3', 'fixed', '3.1.3'],
    ],
  );
});

test('names an advisory without a CVE after its package and file', async () => {
  const { items } = await readFeed(friendsofphp, CODECEPTION.replace(/^cve:.*\n/m, ''), {
    name: '/feed/codeception/codeception/2021-08-06.yaml',
  });
  assert.equal(items[0]?.record.id, 'FOP-codeception-codeception-2021-08-06');
});

test('reads the misspelled operator, and reports other texts', async () => {
  const { items, problems } = await readFeed(
    friendsofphp,
    CODECEPTION.replace("'>=4.1.0'", "'=>4.1.0'").replace("'<3.1.3'", "'all'"),
  );
  const [{ statement } = {}] = items[0]?.statements ?? [];
  assert.deepEqual(
    statement?.ranges.map(({ constraint }) => constraint),
    ['>= 4.1.0, < 4.1.22', '>= 4.0.0, < 4.1.0'],
  );
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['CVE-2021-23420 has unsupported versions: all'],
  );
});
