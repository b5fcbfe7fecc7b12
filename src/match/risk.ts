import type { EpssScore, ExploitedRecord } from '../core/advisory.ts';
import type { CvssScore, SeverityWord } from '../core/finding.ts';

/**
 * Middle of the band of each severity; an unknown severity counts as the middle of all bands, not
 * as none.
 */
const WORD_SCORES: Readonly<Record<SeverityWord, number>> = {
  unknown: 5,
  negligible: 0.5,
  low: 3,
  medium: 5,
  high: 7.5,
  critical: 9,
};
const EXPLOITED_FACTOR = 1.05;
const RANSOMWARE_FACTOR = 1.1;

export interface RiskFacts {
  readonly severity: SeverityWord;
  readonly scores: readonly CvssScore[];
  readonly exploited: readonly ExploitedRecord[];
  readonly epss: readonly EpssScore[];
}

/** Factors of a risk. */
export interface RiskFactors {
  /** Probability of exploitation, from 0 to 1. */
  readonly threat: number;
  /** Severity, from 0 to 1. */
  readonly impact: number;
  /** Weight of a vulnerability that is known to be exploited; otherwise 1. */
  readonly weight: number;
}

/**
 * Returns the factors of a risk: the probability of exploitation and the severity. A known
 * exploited vulnerability has probability 1, and weighs more if ransomware uses it.
 */
export function computeRiskFactors(facts: RiskFacts): RiskFactors {
  return {
    threat: facts.exploited.length > 0 ? 1 : (facts.epss[0]?.epss ?? 0),
    impact: computeImpact(facts),
    weight: computeExploitedFactor(facts.exploited),
  };
}

/** Returns a risk from 0 to 100: the product of its factors. */
export function computeRisk(facts: RiskFacts): number {
  const { threat, impact, weight } = computeRiskFactors(facts);
  return threat === 0 ? 0 : Math.min(threat * impact * weight, 1) * 100;
}

function computeImpact({ severity, scores }: RiskFacts): number {
  const word = WORD_SCORES[severity] / 10;
  const stated = scores.map((score) => score.baseScore).filter((score) => score !== 0);
  const base = computeMean(stated) / 10;
  return base === 0 ? word : computeMean([word, base]);
}

function computeMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function computeExploitedFactor(exploited: readonly ExploitedRecord[]): number {
  if (exploited.length === 0) {
    return 1;
  }
  const isRansomware = exploited.some(
    (one) => one.knownRansomwareCampaignUse.toLowerCase() === 'known',
  );
  return isRansomware ? RANSOMWARE_FACTOR : EXPLOITED_FACTOR;
}
