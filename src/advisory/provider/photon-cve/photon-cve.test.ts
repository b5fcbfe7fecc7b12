import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scanWithFeed } from '../../../../test/support/feed-scan.ts';
import { listWords, readFeed } from '../feed.fixture.ts';
import { photonCve } from './photon-cve.ts';

const NAME = 'cve_data_photon4.0.json';

/** Facts of the list of Photon OS 4.0. */
const STATES = [
  createState('CVE-2023-38545', 'curl', ['Fixed', '7.88.1-4.ph4'], 9.8),
  createState('CVE-2023-38546', 'curl-libs', ['Fixed', '7.88.1-4.ph4'], 3.7),
  createState('CVE-2023-44487', 'httpd', ['Not Affected', 'NA'], 7.5),
  createState('CVE-2023-50447', 'python3', ['Fixed', 'NA'], null),
  createState('BDSA-2025-0719', 'krb5', ['Not Fixed', ''], 5),
];

function createState(
  id: string,
  pkg: string,
  [status, version]: readonly [string, string],
  score: unknown,
) {
  return { cve_id: id, pkg, cve_score: score, aff_ver: 'NA', res_ver: version, status };
}

test('reads every state of a release, which the name of the document states', async () => {
  const { items, problems } = await readFeed(photonCve, STATES, { name: `/feeds/${NAME}` });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    items.flatMap(({ record, statements }) =>
      statements.map(({ system, statement: { packageName, effect, ranges } }) =>
        [
          record.id,
          listWords(record).join(),
          `${system?.majorVersion}.${system?.minorVersion}`,
          packageName,
          effect,
          ranges.map(({ constraint, fix }) => `${constraint} ${fix?.state}`.trim()).join(' | '),
        ].join(', '),
      ),
    ),
    [
      'CVE-2023-38545, critical, 4.0, curl, affected, < 7.88.1-4.ph4 fixed',
      'CVE-2023-38546, low, 4.0, curl-libs, affected, < 7.88.1-4.ph4 fixed',
      'CVE-2023-44487, high, 4.0, httpd, unaffected, not-affected',
      'CVE-2023-50447, , 4.0, python3, affected, unknown',
      'BDSA-2025-0719, medium, 4.0, krb5, affected, not-fixed',
    ],
  );
});

test('counts everything that it leaves out by cause', async () => {
  const { omissions } = await readFeed(
    photonCve,
    [
      createState('UNK-1', 'curl', ['Not Affected', 'NA'], 6.7),
      createState('CVE-2023-0001', '', ['Fixed', '1-1'], 1),
      createState('CVE-2023-0002', 'curl', ['Strange', '1-1'], 1),
    ],
    { name: NAME },
  );
  assert.deepEqual(
    omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    ['record: no id of a vulnerability', 'record: no package', 'record: unknown status'],
  );
  const unnamed = await readFeed(photonCve, STATES, { name: 'cve_data.json' });
  assert.deepEqual(
    unnamed.omissions.map(({ leftOut, cause }) => `${leftOut}: ${cause}`),
    ['document: no release in the name'],
  );
});

suite('a scan of Photon OS', () => {
  const scan = async (version: string, release = '4.0') => {
    const { findings } = await scanWithFeed({
      provider: 'photon-cve',
      documents: { [NAME]: STATES, 'cve_data_photon5.0.json': [] },
      system: ['ID=photon', `VERSION_ID=${release}`],
      manager: 'rpm',
      packages: [{ name: 'curl', version }],
    });
    return findings;
  };

  test('finds a package below its fixed version, and none from it on', async () => {
    assert.deepEqual(await scan('7.88.1-3.ph4'), [
      'curl 7.88.1-3.ph4: CVE-2023-38545 critical → 7.88.1-4.ph4',
    ]);
    assert.deepEqual(await scan('7.88.1-4.ph4'), []);
    assert.deepEqual(await scan('7.88.1-3.ph5', '5.0'), []);
  });
});
