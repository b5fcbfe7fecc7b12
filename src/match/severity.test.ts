import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Severity, VulnerabilityRecord } from '../core/advisory.ts';
import { toNearestTenth } from './cvss/metrics.ts';
import { computeRisk } from './risk.ts';
import { computeScores, readSeverity } from './severity.ts';

function createRecord(...severities: readonly Severity[]): VulnerabilityRecord {
  const texts = { id: 'CVE-1', provider: 'x', description: '' };
  return { ...texts, status: 'active', aliases: [], assigners: [], references: [], severities };
}

const createCvss = (vector: string, version: string): Severity => ({
  scheme: 'CVSS',
  value: { vector, version },
  rank: 1,
});
const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

test('the first severity decides, and a severity word is kept', () => {
  const createWordSeverity = (value: string): Severity => ({ scheme: 'CHMLN', value, rank: 1 });
  assert.equal(
    readSeverity(createRecord(createWordSeverity('Negligible'), createWordSeverity('Critical'))),
    'negligible',
  );
  assert.equal(readSeverity(createRecord(createWordSeverity('important'))), 'unknown');
  assert.equal(readSeverity(createRecord()), 'unknown');
});

test('a vector gets the severity word of its score', () => {
  assert.equal(readSeverity(createRecord(createCvss(CRITICAL, '3.1'))), 'critical');
  assert.equal(readSeverity(createRecord(createCvss('AV:N/AC:L/Au:N/C:C/I:C/A:C', '2.0'))), 'high');
  assert.equal(
    readSeverity(createRecord(createCvss('AV:N/AC:L/Au:N/C:N/I:N/A:N', '2.0'))),
    'negligible',
  );
  assert.equal(
    readSeverity(createRecord(createCvss('CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', '3.1'))),
    'low',
  );
  assert.equal(readSeverity(createRecord(createCvss('no vector', '3.1'))), 'unknown');
  assert.equal(readSeverity(createRecord(createCvss(CRITICAL, '9'))), 'unknown');
});

test('returns the scores of valid vectors only', () => {
  const record = createRecord(createCvss(CRITICAL, '3.1'), createCvss('no', '3.1'), {
    scheme: 'HML',
    value: 'High',
    rank: 1,
  });
  assert.deepEqual(
    computeScores(record, toNearestTenth).map(({ baseScore }) => baseScore),
    [9.8],
  );
  assert.equal(computeScores(record, toNearestTenth)[0]?.exploitabilityScore, 3.9);
});

test('risk is 0 without evidence of exploitation, and certain for known exploitation', () => {
  const facts = { severity: 'high', scores: [], exploited: [], epss: [] } as const;
  const epss = [{ cve: 'CVE-1', epss: 0.5, percentile: 1, date: '2026-01-01' }];
  assert.equal(computeRisk(facts), 0);
  assert.equal(computeRisk({ ...facts, epss }), 37.5);
  const scores = [
    { vector: CRITICAL, baseScore: 9.5 },
    { vector: 'none', baseScore: 0 },
  ];
  assert.equal(computeRisk({ ...facts, epss, scores }), 42.5);
  const exploited = {
    cve: 'CVE-1',
    vendorProject: '',
    product: '',
    requiredAction: '',
    knownRansomwareCampaignUse: 'Unknown',
    notes: '',
    urls: [],
    cwes: [],
  };
  assert.equal(computeRisk({ ...facts, epss, exploited: [exploited] }).toFixed(2), '78.75');
  const critical = {
    ...facts,
    severity: 'critical',
    scores: [{ vector: '', baseScore: 10 }],
  } as const;
  const ransomware = { ...exploited, knownRansomwareCampaignUse: 'Known' };
  assert.equal(computeRisk({ ...critical, exploited: [ransomware] }), 100);
});
