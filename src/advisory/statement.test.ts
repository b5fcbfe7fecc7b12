import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeContent, encodeContent, type Statement } from './statement.ts';

const record = { shard: 'shard', key: 'p/cve-2020-0001' };

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
    const head = { ...statement, ecosystem: 'npm', packageName: name };
    const decoded = decodeContent(encodeContent(statement), head, { record, system: undefined });
    assert.deepEqual(decoded, { ...statement, record });
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
  const head = { ...OF_PACKAGE, ecosystem: 'npm', packageName: 'left-pad' };
  const decoded = decodeContent(encodeContent(OF_PACKAGE), head, { record, system });
  assert.equal(decoded.operatingSystem, system);
});

test('keeps the spelling of a package that differs from its key', () => {
  const statement = { ...OF_PACKAGE, packageName: 'Left-Pad' };
  const head = { ...statement, ecosystem: 'npm', packageName: 'left-pad' };
  const decoded = decodeContent(encodeContent(statement), head, { record, system: undefined });
  assert.deepEqual(decoded, { ...statement, record });
});
