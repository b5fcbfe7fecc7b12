import type { CvssScore } from '../../core/finding.ts';
import { type RoundPart, readMetrics, toNearestTenth, weigh } from './metrics.ts';

const ALLOWED = {
  AV: 'L A N',
  AC: 'H M L',
  Au: 'M S N',
  C: 'N P C',
  I: 'N P C',
  A: 'N P C',
  E: 'ND U POC F H',
  RL: 'ND OF TF W U',
  RC: 'ND UC UR C',
  CDP: 'ND N L LM MH H',
  TD: 'ND N L M H',
  CR: 'ND L M H',
  IR: 'ND L M H',
  AR: 'ND L M H',
};
const REQUIRED = ['AV', 'AC', 'Au', 'C', 'I', 'A'];
const ACCESS = { L: 0.395, A: 0.646, N: 1 };
const COMPLEXITY = { H: 0.35, M: 0.61, L: 0.71 };
const AUTHENTICATION = { M: 0.45, S: 0.56, N: 0.704 };
const EFFECT = { N: 0, P: 0.275, C: 0.66 };

/** Returns the base score of a CVSS 2 vector, with or without parentheses. CVSS 2, 3.2.1. */
export function scoreCvss2(vector: string, roundPart: RoundPart): CvssScore | undefined {
  const metrics = readMetrics(vector.replace(/^\(|\)$/g, ''), ALLOWED, REQUIRED);
  if (metrics === undefined) {
    return undefined;
  }
  const spared = ['C', 'I', 'A'].map((name) => 1 - weigh(metrics, name, EFFECT));
  const impact = 10.41 * (1 - spared.reduce((product, one) => product * one, 1));
  const exploitability =
    20 *
    weigh(metrics, 'AV', ACCESS) *
    weigh(metrics, 'AC', COMPLEXITY) *
    weigh(metrics, 'Au', AUTHENTICATION);
  const factor = impact === 0 ? 0 : 1.176;
  const base = (0.6 * impact + 0.4 * exploitability - 1.5) * factor;
  return {
    vector,
    baseScore: toNearestTenth(base),
    exploitabilityScore: roundPart(exploitability),
    impactScore: roundPart(impact),
  };
}
