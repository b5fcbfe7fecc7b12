import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { createBound, createOvalDocument, type StatedTest } from '../oval.fixture.ts';
import { azurelinuxOval } from './azurelinux-oval.ts';

async function read(tests: readonly StatedTest[], patchable = 'true', cve = 'CVE-2023-29404') {
  const { items, omissions } = await readFeed(
    azurelinuxOval,
    createOvalDocument([
      {
        definitionClass: 'vulnerability',
        metadata: `<reference ref_id="${cve}" source="CVE"/><patchable>${patchable}</patchable>
<advisory_date>2024-07-23T22:05:39Z</advisory_date><severity>Critical</severity>
<description>${cve} affecting package golang.</description>`,
        criteria: { all: tests },
      },
    ]),
  );
  const lines = items.flatMap(({ statements }) =>
    statements.map(({ system, statement }) => {
      const [range] = statement.ranges;
      return `${system?.name} ${system?.majorVersion}.${system?.minorVersion} ${statement.packageName} ${range?.constraint} ${range?.fix?.state} ${range?.fix?.available?.date}`;
    }),
  );
  return { items, lines, causes: omissions.map(({ cause }) => cause) };
}

test('reads a fixed build with the release at its end', async () => {
  const { items, lines } = await read([
    ['Package golang is earlier', 'golang', createBound('less than', '0:1.22.3-1.azl3')],
  ]);
  assert.deepEqual(lines, ['azurelinux 3.0 golang < 0:1.22.3-1.azl3 fixed 2024-07-23']);
  assert.equal(items[0]?.record.severities[0]?.value, 'critical');
  assert.equal(items[0].record.description, 'CVE-2023-29404 affecting package golang.');
});

test('joins the bounds of a package', async () => {
  const { lines } = await read([
    ['Package golang is earlier', 'golang', createBound('less than', '0:1.20.7-1.cm2')],
    ['Package golang is greater', 'golang', createBound('greater than', '0:1.19.0.cm2')],
  ]);
  assert.deepEqual(lines, ['mariner 2.0 golang > 0:1.19.0.cm2, < 0:1.20.7-1.cm2 fixed 2024-07-23']);
});

test('reads a vulnerability without a fix', async () => {
  const bound = createBound('less than or equal', '0:9.16.33-1.cm2');
  const { lines } = await read([['Package bind is installed', 'bind', bound]], 'false');
  assert.deepEqual(lines, ['mariner 2.0 bind <= 0:9.16.33-1.cm2 not-fixed undefined']);
});

test('ignores white space in a bound', async () => {
  const bound = createBound('less than', '0: 1.20.10-1.azl3');
  const { lines } = await read([['', 'golang', bound]]);
  assert.deepEqual(lines, ['azurelinux 3.0 golang < 0:1.20.10-1.azl3 fixed 2024-07-23']);
});

test('reports definitions that are left out', async () => {
  const golang: StatedTest = ['', 'golang', createBound('less than', '0:1-1.azl3')];
  const forms: readonly (readonly [cause: string, ...Parameters<typeof read>])[] = [
    ['CVE that does not apply to the package', [golang], 'Not Applicable'],
    ['definition without a CVE', [golang], 'true', 'GHSA-1'],
    ['version without a release', [['', 'a', createBound('less than', '0:1-1')]]],
    [
      'condition that is not a range of one package',
      [golang, ['', 'b', createBound('less than', '2')]],
    ],
    [
      'condition that is not a range of one package',
      [['', 'a', createBound('pattern match', '1.azl3')]],
    ],
    [
      'condition that is not a range of one package',
      [['', 'golang', createBound('less than', '0:1.17.13-2,1.18.8-2,1.21.6-1.azl3')]],
    ],
  ];
  for (const [cause, ...parameters] of forms) {
    const { lines, causes } = await read(...parameters);
    assert.deepEqual([lines, causes], [[], [cause]]);
  }
});
