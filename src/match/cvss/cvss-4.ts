import { present } from '../../core/assert.ts';
import type { CvssScore } from '../../core/finding.ts';
import { DEPTHS, HIGHEST_VECTORS, MACRO_VECTOR_SCORES, VALUES_BY_SEVERITY } from './cvss-4.data.ts';
import { type Metrics, readMetrics } from './metrics.ts';

const ALLOWED = {
  AV: 'N A L P',
  AC: 'L H',
  AT: 'N P',
  PR: 'N L H',
  UI: 'N P A',
  VC: 'H L N',
  VI: 'H L N',
  VA: 'H L N',
  SC: 'H L N',
  SI: 'H L N',
  SA: 'H L N',
  E: 'X A P U',
  CR: 'X H M L',
  IR: 'X H M L',
  AR: 'X H M L',
  MAV: 'X N A L P',
  MAC: 'X L H',
  MAT: 'X N P',
  MPR: 'X N L H',
  MUI: 'X N P A',
  MVC: 'X H L N',
  MVI: 'X H L N',
  MVA: 'X H L N',
  MSC: 'X H L N',
  MSI: 'X S H L N',
  MSA: 'X S H L N',
  S: 'X N P',
  AU: 'X N Y',
  R: 'X A U I',
  V: 'X D C',
  RE: 'X L M H',
  U: 'X Clear Green Amber Red',
};
const REQUIRED = ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'];
const EFFECTS = ['VC', 'VI', 'VA', 'SC', 'SI', 'SA'];
const REQUIREMENTS = ['CR', 'IR', 'AR'];

/** Levels of the six equivalence classes; 0 is the most severe. */
interface Levels {
  readonly eq1: number;
  readonly eq2: number;
  readonly eq3: number;
  readonly eq4: number;
  readonly eq5: number;
  readonly eq6: number;
}

/**
 * Returns the score of a CVSS 4.0 vector, including threat and environmental metrics. CVSS 4.0,
 * 8.2.
 */
export function scoreCvss4(vector: string): CvssScore | undefined {
  const stated = readMetrics(vector.slice('CVSS:4.0/'.length), ALLOWED, REQUIRED);
  if (stated === undefined) {
    return undefined;
  }
  const metrics = withModified(stated);
  if (EFFECTS.every((name) => metrics.get(name) === 'N')) {
    return { vector, baseScore: 0 };
  }
  const levels = computeLevels(metrics);
  const score = getScore(levels);
  const distances = measureDistances(metrics, levels);
  const steps = listStepsDown(levels).map(({ to, distance, depth }) => {
    const lower = findScore(to);
    return lower === undefined
      ? undefined
      : ((score - lower) * (distance === undefined ? 0 : distances[distance])) / (depth + 1);
  });
  const possible = steps.filter((step) => step !== undefined);
  const mean =
    possible.length === 0 ? 0 : possible.reduce((sum, step) => sum + step, 0) / possible.length;
  const base = Math.min(Math.max(score - mean, 0), 10);
  return { vector, baseScore: Math.round(base * 10 + 1e-9) / 10 };
}

/** Returns the metrics with environmental ones in place of the base metrics that they modify. */
function withModified(stated: Metrics): Metrics {
  const metrics = new Map(stated);
  for (const name of REQUIRED) {
    const modified = stated.get(`M${name}`) ?? 'X';
    if (modified !== 'X') {
      metrics.set(name, modified);
    }
  }
  for (const name of REQUIREMENTS) {
    if ((stated.get(name) ?? 'X') === 'X') {
      metrics.set(name, 'H');
    }
  }
  if ((stated.get('E') ?? 'X') === 'X') {
    metrics.set('E', 'A');
  }
  return metrics;
}

function computeLevels(metrics: Metrics): Levels {
  const is = (name: string, value: string): boolean => metrics.get(name) === value;
  const open = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')];
  const eq1 = open.every(Boolean) ? 0 : open.some(Boolean) && !is('AV', 'P') ? 1 : 2;
  const eq2 = is('AC', 'L') && is('AT', 'N') ? 0 : 1;
  const isAnyHigh = is('VC', 'H') || is('VI', 'H') || is('VA', 'H');
  const eq3 = is('VC', 'H') && is('VI', 'H') ? 0 : isAnyHigh ? 1 : 2;
  const isSafety = is('SI', 'S') || is('SA', 'S');
  const isNextHigh = is('SC', 'H') || is('SI', 'H') || is('SA', 'H');
  const eq4 = isSafety ? 0 : isNextHigh ? 1 : 2;
  const eq5 = is('E', 'A') ? 0 : is('E', 'P') ? 1 : 2;
  const isRequired =
    (is('CR', 'H') && is('VC', 'H')) ||
    (is('IR', 'H') && is('VI', 'H')) ||
    (is('AR', 'H') && is('VA', 'H'));
  return { eq1, eq2, eq3, eq4, eq5, eq6: isRequired ? 0 : 1 };
}

function getScore(levels: Levels): number {
  return present(findScore(levels), 'a score for every macro vector');
}

function findScore(levels: Levels): number | undefined {
  const { eq1, eq2, eq3, eq4, eq5, eq6 } = levels;
  return MACRO_VECTOR_SCORES.get(`${eq1}${eq2}${eq3}${eq4}${eq5}${eq6}`);
}

interface Step {
  readonly to: Levels;
  /** Absent if the class has a single metric, and therefore no distance within it. */
  readonly distance?: keyof Distances;
  readonly depth: number;
}

function listStepsDown(levels: Levels): readonly Step[] {
  const { eq1, eq2, eq4, eq5 } = levels;
  return [
    { to: { ...levels, eq1: eq1 + 1 }, distance: 'eq1', depth: getLevel(DEPTHS.eq1, eq1) },
    { to: { ...levels, eq2: eq2 + 1 }, distance: 'eq2', depth: getLevel(DEPTHS.eq2, eq2) },
    {
      to: lowerImpact(levels),
      distance: 'eq3eq6',
      depth: present(DEPTHS.eq3eq6.get(toImpactKey(levels)), 'a depth of every level'),
    },
    { to: { ...levels, eq4: eq4 + 1 }, distance: 'eq4', depth: getLevel(DEPTHS.eq4, eq4) },
    { to: { ...levels, eq5: eq5 + 1 }, depth: 0 },
  ];
}

function getLevel<Value>(table: readonly Value[], level: number): Value {
  return present(table[level], 'an entry for every level');
}

function toImpactKey({ eq3, eq6 }: Levels): string {
  return `${eq3}${eq6}`;
}

/**
 * EQ3 and EQ6 depend on each other: of the two next lower levels, the one with the higher score
 * counts.
 */
function lowerImpact(levels: Levels): Levels {
  const impact = { ...levels, eq3: levels.eq3 + 1 };
  const requirement = { ...levels, eq6: levels.eq6 + 1 };
  if (levels.eq6 === 1) {
    return impact;
  }
  if (levels.eq3 === 1) {
    return requirement;
  }
  return getScore(requirement) > getScore(impact) ? requirement : impact;
}

interface Distances {
  readonly eq1: number;
  readonly eq2: number;
  readonly eq3eq6: number;
  readonly eq4: number;
}

/** Returns the distance of the vector from the most severe one of its levels, in steps. */
function measureDistances(metrics: Metrics, levels: Levels): Distances {
  const impact = HIGHEST_VECTORS.eq3eq6.get(toImpactKey(levels));
  return {
    eq1: measureDistance(metrics, getLevel(HIGHEST_VECTORS.eq1, levels.eq1)),
    eq2: measureDistance(metrics, getLevel(HIGHEST_VECTORS.eq2, levels.eq2)),
    eq3eq6: measureDistance(metrics, present(impact, 'vectors of every level')),
    eq4: measureDistance(metrics, getLevel(HIGHEST_VECTORS.eq4, levels.eq4)),
  };
}

/** Returns the distance to the first vector that is not less severe in any metric. */
function measureDistance(metrics: Metrics, highest: readonly string[]): number {
  const distances = highest
    .map((vector) => vector.split('/').map((field) => countSteps(metrics, field)))
    .find((steps) => steps.every((step) => step >= 0));
  const nearest = present(distances, 'a highest vector above every vector of its level');
  return nearest.reduce((sum, step) => sum + step, 0);
}

function countSteps(metrics: Metrics, field: string): number {
  const [name = '', value = ''] = field.split(':');
  const values = present(VALUES_BY_SEVERITY.get(name), 'an order of every metric');
  return (
    values.indexOf(present(metrics.get(name), 'a value of every metric')) - values.indexOf(value)
  );
}
