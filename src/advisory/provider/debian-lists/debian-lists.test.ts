import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import type { FeedItem } from '../contract.ts';
import { type ReadFeed, readFeed } from '../feed.fixture.ts';
import { debianLists } from './debian-lists.ts';

const read = (text: string): Promise<ReadFeed> => readFeed(debianLists, text);

/** Lines of Debian's list, with its differing indentation. */
const LIST = `[29 Mar 2023] DSA-5380-1 xorg-server - security update
\t{CVE-2023-1393 CVE-2023-0494}
\t[bullseye] - xorg-server 2:1.20.11-1+deb11u6
\tNOTE: a remark
[17 Mar 2023] DSA-5356-2 sox - regression update
\t[bullseye] - sox 14.4.2+git20190427-2+deb11u2
[99 Foo 2022] DSA-5268-1 ffmpeg - security update
[ 1 Nov 2022] DSA-5268-1 ffmpeg - security update
        [bullseye] - ffmpeg 7:4.3.5-0+deb11u1
[10 Oct 2005] DSA-850-1 tcpdump - infinite loop
 \t{CVE-2005-1279 }
        [woody] - tcpdump <not-affected> (Vulnerable code not present)
        [sarge] - tcpdump  3.8.3-5sarge1 (bug #322591; medium)
        [jessie] - tcpdump <end-of-life>
        [sarge] - tcpdump-extra <unfixed>
        [sarge] - tcpdump-other <strange>
        [hamm] - tcpdump 1.0
[14 Dec 2018] DSA-4355-1 openssl1.0 - security update
\t{CVE-2018-0732}
`;

function describeItem({ record, statements }: FeedItem): readonly string[] {
  return statements.map(({ system, statement: { packageName, effect, ranges } }) =>
    [
      record.id,
      `${system?.majorVersion}.${system?.minorVersion}`,
      packageName,
      effect,
      ranges.map(({ constraint, fix }) => `${constraint} ${fix?.state}`.trim()).join(' | '),
    ].join(', '),
  );
}

test('reads each advisory under its CVEs, or under its own ID', async () => {
  const { items } = await read(LIST);
  assert.deepEqual(items.flatMap(describeItem), [
    'CVE-2023-0494, 11., xorg-server, affected, < 2:1.20.11-1+deb11u6 fixed',
    'CVE-2023-1393, 11., xorg-server, affected, < 2:1.20.11-1+deb11u6 fixed',
    'DSA-5268-1, 11., ffmpeg, affected, < 7:4.3.5-0+deb11u1 fixed',
    'CVE-2005-1279, 3., tcpdump, unaffected, not-affected',
    'CVE-2005-1279, 3.1, tcpdump, affected, < 3.8.3-5sarge1 fixed',
    'CVE-2005-1279, 8., tcpdump, affected, wont-fix',
    'CVE-2005-1279, 3.1, tcpdump-extra, affected, not-fixed',
  ]);
  assert.deepEqual(items[0]?.statements[0]?.statement.ranges[0]?.fix, {
    state: 'fixed',
    version: '2:1.20.11-1+deb11u6',
    references: [
      {
        url: 'https://security-tracker.debian.org/tracker/DSA-5380-1',
        id: 'DSA-5380-1',
        tags: ['advisory'],
      },
    ],
    available: { date: '2023-03-29', kind: 'advisory' },
  });
});

test('counts everything that it leaves out by cause', async () => {
  const { omissions } = await read(LIST);
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    [
      'record: advisory without a vulnerability',
      'record: malformed header',
      'part: unknown form',
      'part: unknown release',
      'record: no packages',
    ],
  );
});

suite('a scan of Debian', () => {
  const scan = async (version: string) => {
    const { findings, gaps } = await scanWithFeed({
      provider: 'debian-lists',
      documents: { list: LIST },
      system: ['ID=debian', 'VERSION_ID="11"', 'VERSION_CODENAME=bullseye'],
      manager: 'dpkg',
      packages: [{ name: 'xserver-common', source: 'xorg-server', version }],
    });
    assert.deepEqual(gaps, []);
    return findings;
  };

  test('finds a package below its fixed version, and none from it on', async () => {
    assert.deepEqual(await scan('2:1.20.11-1+deb11u5'), [
      'xserver-common 2:1.20.11-1+deb11u5: CVE-2023-0494 unknown → 2:1.20.11-1+deb11u6',
      'xserver-common 2:1.20.11-1+deb11u5: CVE-2023-1393 unknown → 2:1.20.11-1+deb11u6',
    ]);
    assert.deepEqual(await scan('2:1.20.11-1+deb11u6'), []);
  });
});
