import type { CvssScore } from '../../core/finding.ts';
import { type RoundPart, readMetrics, roundUp, weigh } from './metrics.ts';

const MODIFIED = {
  MAV: 'X N A L P',
  MAC: 'X L H',
  MPR: 'X N L H',
  MUI: 'X N R',
  MS: 'X U C',
  MC: 'X H L N',
  MI: 'X H L N',
  MA: 'X H L N',
};
const ALLOWED = {
  AV: 'N A L P',
  AC: 'L H',
  PR: 'N L H',
  UI: 'N R',
  S: 'U C',
  C: 'H L N',
  I: 'H L N',
  A: 'H L N',
  E: 'X H F P U',
  RL: 'X U W T O',
  RC: 'X C R U',
  CR: 'X H M L',
  IR: 'X H M L',
  AR: 'X H M L',
  ...MODIFIED,
};
const REQUIRED = ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'];
const ACCESS = { N: 0.85, A: 0.62, L: 0.55, P: 0.2 };
const COMPLEXITY = { L: 0.77, H: 0.44 };
const PRIVILEGES = { N: 0.85, L: 0.62, H: 0.27 };
const PRIVILEGES_CHANGED = { N: 0.85, L: 0.68, H: 0.5 };
const INTERACTION = { N: 0.85, R: 0.62 };
const EFFECT = { H: 0.56, L: 0.22, N: 0 };

/** Returns the base score of a CVSS 3.0 or 3.1 vector. CVSS 3.1, 7.1. */
export function scoreCvss3(vector: string, roundPart: RoundPart): CvssScore | undefined {
  const metrics = readMetrics(vector.slice('CVSS:3.x/'.length), ALLOWED, REQUIRED);
  if (metrics === undefined) {
    return undefined;
  }
  const isChanged = metrics.get('S') === 'C';
  const spared = ['C', 'I', 'A'].map((name) => 1 - weigh(metrics, name, EFFECT));
  const lost = 1 - spared.reduce((product, one) => product * one, 1);
  const impact = isChanged ? 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 : 6.42 * lost;
  const exploitability =
    8.22 *
    weigh(metrics, 'AV', ACCESS) *
    weigh(metrics, 'AC', COMPLEXITY) *
    weigh(metrics, 'PR', isChanged ? PRIVILEGES_CHANGED : PRIVILEGES) *
    weigh(metrics, 'UI', INTERACTION);
  const sum = (isChanged ? 1.08 : 1) * (impact + exploitability);
  return {
    vector,
    baseScore: impact <= 0 ? 0 : roundUp(Math.min(sum, 10)),
    exploitabilityScore: roundPart(exploitability),
    impactScore: roundPart(impact),
  };
}
