import {
  type AnchoreParameters,
  compareNumber,
  quote,
  splitList,
  type Translation,
  toAnchored,
} from './parameters.ts';

const SEVERITIES = ['negligible', 'low', 'medium', 'high', 'critical'];
const SCORES: readonly (readonly [parameter: string, fact: string])[] = [
  ['cvss_v3_base_score', 'cvss'],
  ['cvss_v3_exploitability_score', 'cvss_exploitability'],
  ['cvss_v3_impact_score', 'cvss_impact'],
  ['vendor_cvss_v3_base_score', 'cvss'],
  ['vendor_cvss_v3_exploitability_score', 'cvss_exploitability'],
  ['vendor_cvss_v3_impact_score', 'cvss_impact'],
];

/** Gate `vulnerabilities`, trigger `package`: a match that passes all filters. */
export function translateFinding(given: AnchoreParameters): Translation {
  const severity = translateSeverity(given);
  const scores = translateScores(given);
  if (typeof severity === 'string') {
    return severity;
  }
  if (typeof scores === 'string') {
    return scores;
  }
  const { when, notes: fixNotes } = translateFix(given);
  const hasScores = scores.cel.length > 0 || Object.keys(scores.when).length > 0;
  const type = given.get('package_type') ?? 'all';
  const excluded = given.get('package_path_exclude');
  const cel = [
    ...scores.cel,
    ...(excluded === undefined
      ? []
      : [
          `(finding.system_package || !finding.path.exists(path, path.matches(${quote(toAnchored(excluded))})))`,
        ]),
  ];
  const notes = [
    ...(!hasScores ? [] : ['a missing score is unknown, not -1']),
    ...(hasScores && [...given.keys()].some((name) => name.startsWith('vendor_cvss'))
      ? ['scores of vendors and others count alike']
      : []),
    ...fixNotes,
  ];
  return {
    for: 'finding',
    when: {
      ...severity,
      ...(type === 'all' ? {} : { 'system-package': type === 'os' }),
      ...scores.when,
      ...when,
    },
    ...(cel.length === 0 ? {} : { cel: cel.join(' && ') }),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

function translateFix(given: AnchoreParameters): {
  readonly when: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
} {
  const when: Record<string, unknown> = {};
  const notes: string[] = [];
  if (given.has('fix_available')) {
    when['fix'] = given.get('fix_available') === 'true';
  }
  if (given.get('vendor_only') !== 'false' && given.get('fix_available') !== 'true') {
    when['fix-state'] = 'not wont-fix';
    notes.push('as by default in the engine, issues that the vendor will not fix do not count');
  }
  if (given.has('max_days_since_fix')) {
    when['fix-age'] = `over ${given.get('max_days_since_fix') ?? ''} days`;
  }
  if (given.has('max_days_since_creation')) {
    when['first-seen-age'] = `over ${given.get('max_days_since_creation') ?? ''} days`;
    notes.push(
      'the day of the first detection is that of --ledger; without it, the rule is unknown',
    );
  }
  return { when, notes };
}

const ORDERS: ReadonlyMap<string, string> = new Map([
  ['>', 'over'],
  ['<', 'under'],
  ['>=', 'at least'],
  ['<=', 'at most'],
]);

interface ScoreConditions {
  readonly when: Readonly<Record<string, unknown>>;
  readonly cel: readonly string[];
}

/** A fact can have one condition in a form of its own, and any number as expressions. */
function translateScores(given: AnchoreParameters): ScoreConditions | string {
  const when = new Map<string, string>();
  const cel: string[] = [];
  for (const [parameter, fact] of SCORES) {
    const value = given.get(parameter);
    const check = given.get(`${parameter}_comparison`) ?? '>=';
    const name = fact.replaceAll('_', '-');
    const expression = compareNumber(`finding.${fact}`, check, value ?? '0');
    if (expression === undefined) {
      return `the comparison "${check}" with "${value ?? ''}" is unknown`;
    }
    const order = ORDERS.get(check);
    if (value !== undefined && order !== undefined && !when.has(name)) {
      when.set(name, `${order} ${value}`);
    } else if (value !== undefined) {
      cel.push(expression);
    }
  }
  return { when: Object.fromEntries(when), cel };
}

/** The engine takes a missing severity for the lowest; here it is a fact of its own. */
function translateSeverity(given: AnchoreParameters): Readonly<Record<string, unknown>> | string {
  const severity = given.get('severity');
  const check = given.get('severity_comparison') ?? '=';
  if (severity === undefined || (severity === 'unknown' && check === '>=')) {
    return {};
  }
  if (severity === 'unknown') {
    const isRated = { '=': false, '<=': false, '!=': true, '>': true }[check];
    return isRated === undefined ? 'nothing is below an unknown severity' : { rated: isRated };
  }
  const at = SEVERITIES.indexOf(severity);
  if (at === -1) {
    return `the severity "${severity}" is unknown`;
  }
  const [worse, better] = [SEVERITIES[at + 1], SEVERITIES[at - 1]];
  switch (check) {
    case '=':
      return { severity };
    case '!=':
      return { severity: `not ${severity}` };
    case '>=':
      return { severity: `${severity} or worse` };
    case '<=':
      return { severity: `${severity} or better` };
    case '>':
      return worse === undefined
        ? 'nothing is worse than critical'
        : { severity: `${worse} or worse` };
    case '<':
      return better === undefined ? { rated: false } : { severity: `${better} or better` };
    default:
      return `the comparison "${check}" is unknown`;
  }
}

/** Trigger `stale_feed_data`. */
export function translateStale(given: AnchoreParameters): Translation {
  const days = given.get('max_days_since_sync') ?? '';
  return {
    for: 'feed',
    when: { age: `over ${days} days` },
    note: 'the age of every source counts, not only of the one for the distribution',
  };
}

/** Trigger `blacklist`. */
export function translateVulnerabilities(given: AnchoreParameters): Translation {
  const id = splitList(given.get('vulnerability_ids'));
  const isVendorOnly = given.get('vendor_only') !== 'false';
  return {
    for: 'finding',
    when: { id, ...(isVendorOnly ? { 'fix-state': 'not wont-fix' } : {}) },
    ...(isVendorOnly
      ? { note: 'as by default in the engine, issues that the vendor will not fix do not count' }
      : {}),
  };
}
