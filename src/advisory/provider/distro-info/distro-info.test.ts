import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../feed.fixture.ts';
import { distroInfo } from './distro-info.ts';

async function readLines(table: string) {
  const { facts, omissions } = await readFeed(distroInfo, table);
  const releases = facts.flatMap((one) => one.facts.releases ?? []);
  return {
    lines: releases.map(
      ({ system: { name, majorVersion, minorVersion, codename }, endOfLife }) =>
        `${name} ${majorVersion} ${minorVersion} ${codename} ${endOfLife}`,
    ),
    causes: omissions.map(({ cause }) => cause),
  };
}

test('reads the table of Debian', async () => {
  const table = `version,codename,series,created,release,eol,eol-lts,eol-elts
3.1,Sarge,sarge,2002-07-19,2005-06-06,2008-03-31
4.0,Etch,etch,2005-06-06,2007-04-08,2010-02-15
12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-06-10,2028-06-30,2033-06-30
14,Forky,forky,2025-08-09
,Sid,sid,1993-08-16
`;
  assert.deepEqual(await readLines(table), {
    lines: [
      'debian 3 1 sarge 2008-03-31T00:00:00Z',
      'debian 4  etch 2010-02-15T00:00:00Z',
      'debian 12  bookworm 2026-06-10T00:00:00Z',
    ],
    causes: [
      'the end of extended support (eol-lts)',
      'the end of extended support (eol-elts)',
      'a release without an end',
      'a release without an end',
    ],
  });
});

test('reads the table of Ubuntu, which names long-term releases', async () => {
  const table = `version,codename,series,created,release,eol,eol-server,eol-esm,eol-legacy
20.04 LTS,Focal Fossa,focal,2019-10-17,2020-04-23,2025-05-29,2025-05-29,2030-04-23
`;
  assert.deepEqual(await readLines(table), {
    lines: ['ubuntu 20 04 focal 2025-05-29T00:00:00Z'],
    causes: ['the end of extended support (eol-esm)'],
  });
});

test('reports an invalid row and another table', async () => {
  const header = 'version,codename,series,created,release,eol\n';
  assert.deepEqual(await readLines(`${header}next,X,x,2020-01-01,2020-01-01,2025-01-01\n`), {
    lines: [],
    causes: ['a release with an invalid version or date'],
  });
  assert.deepEqual(await readLines(`${header}12,X,x,2020-01-01,2020-01-01,soon\n`), {
    lines: [],
    causes: ['a release with an invalid version or date'],
  });
  assert.deepEqual(await readLines('cve,epss\n'), {
    lines: [],
    causes: ['not a table of releases'],
  });
});
