import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeRow, encodeRow, encodeStatement, type Statement } from './statement.ts';

const OF_PACKAGE: Statement = {
  vulnerability: 'CVE-2020-0001',
  provider: 'p',
  status: 'active',
  aliases: ['X-1'],
  cves: [],
  effect: 'affected',
  ecosystem: 'npm',
  packageName: 'left-pad',
  ranges: [
    { scheme: 'npm', constraint: '' },
    {
      scheme: 'npm',
      constraint: '< 2',
      fix: {
        state: 'fixed',
        version: '2',
        available: { date: '2020-01-01', kind: 'release' },
        references: [
          { url: 'u', tags: [] },
          { url: 'v', id: 'i', tags: ['t'] },
        ],
      },
    },
    { scheme: '', constraint: '= 1', fix: { state: 'unknown', references: [] } },
  ],
  qualifiers: { modularity: '', imports: [{ path: 'a', symbols: [] }] },
};

const OF_PRODUCT: Statement = {
  vulnerability: 'CVE-2020-0002',
  provider: 'p',
  status: '',
  aliases: [],
  cves: ['CVE-2020-0002'],
  effect: 'unaffected',
  ecosystem: 'java-archive',
  packageName: 'g:a',
  product: {
    part: 'a',
    vendor: 'v',
    product: 'x',
    edition: '',
    language: '',
    softwareEdition: '',
    targetSoftware: 'maven',
    targetHardware: '',
    other: '',
  },
  ranges: [],
};

test('decodes encoded statements one by one', () => {
  for (const [statement, name] of [
    [OF_PACKAGE, 'left-pad'],
    [OF_PRODUCT, 'x'],
  ] as const) {
    const row = encodeRow('npm', name, [{ record: 7, text: encodeStatement(statement) }]);
    const [decoded] = decodeRow(row, 'shard', undefined);
    assert.deepEqual(decoded, { ...statement, record: { shard: 'shard', number: 7 } });
  }
});

test('adds the requested release', () => {
  const system = {
    id: 1,
    name: 'n',
    releaseId: '',
    majorVersion: '1',
    minorVersion: '',
    label: '',
    codename: '',
    channel: '',
  };
  const row = encodeRow('apk', 'a', [{ record: 1, text: encodeStatement(OF_PACKAGE) }]);
  assert.equal(decodeRow(row, 's', system)[0]?.operatingSystem, system);
});
