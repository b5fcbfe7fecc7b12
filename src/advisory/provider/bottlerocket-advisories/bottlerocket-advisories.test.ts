import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { listWords, readFeed } from '../feed.fixture.ts';
import { bottlerocketAdvisories } from './bottlerocket-advisories.ts';

/** Facts of advisories of bottlerocket-os/bottlerocket-core-kit. */
const CONTAINERD = `[advisory]
id = "BRSA-rrw1j1iyz4iz"
title = "containerd CVE-2026-53488"
cve = "CVE-2026-53488"
severity = "high"

[[advisory.products]]
package-name = "containerd-1.7"
patched-version = "1.7.31"
patched-epoch = "0"

[[advisory.products]]
package-name = "containerd-2.1"
patched-version = "2.1.8"
patched-epoch = "1"

[updateinfo]
author = "somebody"
issue-date = 2026-06-18T22:17:00Z
arches = ["x86_64", "aarch64"]
version = "14.5.1"
`;
const KERNEL = `[advisory]
id = "BRSA-ycftkfubs8l1"
title = "kernel CVE-2024-41020"
cve = "CVE-2024-41020"
severity = "moderate"

[[advisory.products]]
package-name = "kernel-5.10"
patched-version = "kernel-5.10.223-211.872.amzn2"

[[advisory.products]]
package-name = "kernel-5.15"

[updateinfo]
issue-date = 2024-08-14T02:28:00Z
`;

test('reads the products of an advisory', async () => {
  const { items, problems } = await readFeed(bottlerocketAdvisories, CONTAINERD);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.flatMap(({ record, statements }) =>
      statements.map(({ system, statement: { ecosystem, packageName, ranges } }) =>
        [
          record.id,
          listWords(record).join(),
          system?.name,
          ecosystem,
          packageName,
          ranges[0]?.constraint,
          ranges[0]?.fix?.available?.date,
        ].join(', '),
      ),
    ),
    [
      'CVE-2026-53488, high, bottlerocket, bottlerocket, containerd-1.7, < 1.7.31, 2026-06-18',
      'CVE-2026-53488, high, bottlerocket, bottlerocket, containerd-2.1, < 1:2.1.8, 2026-06-18',
    ],
  );
});

test('takes the version from the name of an upstream package', async () => {
  const { items, omissions } = await readFeed(bottlerocketAdvisories, KERNEL);
  assert.deepEqual(
    items.flatMap(({ statements }) =>
      statements.map(({ statement }) => statement.ranges[0]?.constraint),
    ),
    ['< 5.10.223'],
  );
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    ['part: malformed product'],
  );
});

suite('a scan of Bottlerocket', () => {
  const scan = async (name: string, version: string) => {
    const { findings } = await scanWithFeed({
      provider: 'bottlerocket-advisories',
      documents: { 'a.toml': CONTAINERD, 'b.toml': KERNEL },
      system: ['ID=bottlerocket', 'VERSION_ID=1.20.0'],
      manager: 'bottlerocket',
      packages: [{ name, version }],
    });
    return findings;
  };

  test('finds a package below its fixed version, and none from it on', async () => {
    assert.deepEqual(await scan('containerd-1.7', '1.7.30-29cc92cc'), [
      'containerd-1.7 1.7.30-29cc92cc: CVE-2026-53488 high → 1.7.31',
    ]);
    assert.deepEqual(await scan('containerd-1.7', '1.7.31-29cc92cc'), []);
    assert.equal((await scan('kernel-5.10', '5.10.222-29cc92cc')).length, 1);
    assert.deepEqual(await scan('kernel-5.10', '5.10.223-29cc92cc'), []);
  });
});
