import type { Severity, VulnerabilityRecord } from '../core/advisory.ts';
import { present } from '../core/assert.ts';
import { type CvssScore, SEVERITIES, type SeverityWord } from '../core/finding.ts';
import type { RoundPart } from './cvss/metrics.ts';
import { scoreCvss } from './cvss/score-cvss.ts';

/**
 * Upper bounds of base scores for each severity. CVSS 3.1, 5; NVD's for CVSS 2, which has no
 * "critical".
 */
type Bands = readonly (readonly [number, SeverityWord])[];
const BANDS_V2: Bands = [
  [4, 'low'],
  [7, 'medium'],
  [Number.POSITIVE_INFINITY, 'high'],
];
const BANDS_V3: Bands = [
  [4, 'low'],
  [7, 'medium'],
  [9, 'high'],
  [Number.POSITIVE_INFINITY, 'critical'],
];
const BANDS: ReadonlyMap<string, Bands> = new Map([
  ['2.0', BANDS_V2],
  ['3.0', BANDS_V3],
  ['3.1', BANDS_V3],
  ['4.0', BANDS_V3],
]);

/** Returns the severity of a record: the first of its severities, which the source put in order. */
export function readSeverity(record: VulnerabilityRecord): SeverityWord {
  const [first] = record.severities;
  return first === undefined ? 'unknown' : toSeverityWord(first);
}

function toSeverityWord({ value }: Severity): SeverityWord {
  if (typeof value === 'string') {
    return SEVERITIES.find((word) => word === value.toLowerCase()) ?? 'unknown';
  }
  const score = scoreCvss(value.vector)?.baseScore;
  const bands = BANDS.get(value.version);
  if (score === undefined || bands === undefined) {
    return 'unknown';
  }
  const [, word] = present(
    bands.find(([below]) => score < below),
    'a band without an end',
  );
  return score === 0 ? 'negligible' : word;
}

/** Returns the scores of the valid CVSS vectors of a record. */
export function computeScores(
  record: VulnerabilityRecord,
  roundPart: RoundPart,
): readonly CvssScore[] {
  return record.severities.flatMap(({ value }) => {
    const score = typeof value === 'string' ? undefined : scoreCvss(value.vector, roundPart);
    return score === undefined ? [] : [score];
  });
}
