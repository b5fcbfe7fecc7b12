import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { readFeed } from '../feed.fixture.ts';
import { haskellAdvisories } from './haskell-advisories.ts';

/** Facts of HSEC-2023-0001 and HSEC-2023-0007, with a component of the compiler. */
const ADVISORY = `\`\`\`toml
[advisory]
id = "HSEC-2023-0001"
cwe = [328, 400]
keywords = ["json", "dos"]
aliases = ["CVE-2022-3433"]

[[affected]]
package = "aeson"
cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
[[affected.versions]]
introduced = "0.4.0.0"
fixed = "2.0.1.0"
[[affected.versions]]
introduced = "2.1"

[[affected]]
package = "other"
cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"

[[affected]]
ghc-component = "ghc"
[[affected.versions]]
introduced = "9.2.4"

[[references]]
type = "ARTICLE"
url = "https://cs-syd.eu/posts/2021-09-11-json-vulnerability"
\`\`\`

# Hash flooding vulnerability in aeson

*aeson* was vulnerable to hash flooding.
`;

test('reads the versions of each package', async () => {
  const { items, omissions } = await readFeed(haskellAdvisories, ADVISORY);
  const [item] = items;
  assert.deepEqual(item?.statements[0]?.statement.ranges, [
    {
      scheme: 'hackage',
      constraint: '>= 0.4.0.0, < 2.0.1.0',
      fix: { state: 'fixed', version: '2.0.1.0', references: [] },
    },
    {
      scheme: 'hackage',
      constraint: '>= 2.1',
      fix: { state: 'not-fixed', references: [] },
    },
  ]);
  assert.deepEqual(item?.record.aliases, ['CVE-2022-3433']);
  assert.equal(item?.record.description, 'Hash flooding vulnerability in aeson');
  assert.equal(item?.record.severities.length, 1);
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    ['statement: no versions', 'statement: component of the compiler'],
  );
});

test('reports a document without a header', async () => {
  for (const text of ['# A title', ADVISORY.replace('HSEC', 'XSEC')]) {
    const { items, omissions } = await readFeed(haskellAdvisories, text);
    assert.deepEqual([items, omissions.map(({ leftOut }) => leftOut)], [[], ['document']]);
  }
});

test('reports an advisory that names no package', async () => {
  const { items, omissions } = await readFeed(
    haskellAdvisories,
    ADVISORY.replaceAll('[[affected', '[[other'),
  );
  assert.deepEqual(
    [items.length, omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`)],
    [1, ['statement: no packages']],
  );
});

suite('a scan of a Haskell project', () => {
  const scan = async (version: string) => {
    const { findings } = await scanWithFeed({
      provider: 'haskell-advisories',
      documents: { 'HSEC-2023-0001.md': ADVISORY },
      files: { 'app/cabal.project.freeze': `constraints: any.aeson ==${version}\n` },
    });
    return findings.map((line) => line.split(' ')[2]);
  };

  test('finds a package below its fixed version, and none from it on', async () => {
    assert.deepEqual(await scan('2.0.0.9'), ['HSEC-2023-0001']);
    assert.deepEqual(await scan('2.0.1.0'), []);
    assert.deepEqual(await scan('0.3.9'), []);
    assert.deepEqual(await scan('2.2.0.0'), ['HSEC-2023-0001']);
  });
});
