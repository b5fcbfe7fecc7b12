import type { Fix, FixState, OperatingSystem } from '../../core/advisory.ts';
import { evaluateRange } from '../../version/range.ts';
import { readFixes } from '../fix.ts';
import { dropSharedIds } from '../identity.ts';
import { parseVersion } from '../judge.ts';
import type { Judgement } from '../judgement.ts';
import {
  type Candidate,
  joinOutcomes,
  type MatchContext,
  type Outcome,
  type Subject,
} from '../matcher.ts';
import { joinCandidates } from '../merge.ts';
import { parseSystemVersion } from '../system.ts';
import { listUnevaluated } from '../unevaluated.ts';
import { createCandidate, createSuppressions, judgeSystem } from './system-search.ts';

/**
 * Searches a release with a channel of extended support. Affected packages come from the release,
 * fixed versions from both. Fixes that only a later minor release has do not count.
 */
export function searchChannel(
  subject: Subject,
  channel: readonly OperatingSystem[],
  context: MatchContext,
): Outcome {
  const base = judgeSystem(subject, context);
  const added = judgeSystem(subject, context, channel);
  const resolutions = [...base.affected, ...added.affected];
  const unaffected = context.strategy.verdicts.unaffectedCancels
    ? [...base.unaffected, ...added.unaffected]
    : [];
  const disclosed = base.affected.filter((one) => one.isInRange === true);
  if (disclosed.length === 0) {
    return { ...joinOutcomes([]), unevaluated: listUnevaluated(subject, base.affected) };
  }
  const fixed = resolutions.filter((one) => isFixed(one, subject, context));
  const remaining = dropSharedIds(disclosed, [...fixed, ...unaffected], context);
  return {
    candidates: remaining.map((one) => addFixes(one, resolutions, subject, context)),
    suppressions: createSuppressions(subject, 'fixed-by-distribution', [...fixed, ...unaffected]),
    unevaluated: listUnevaluated(subject, dropSharedIds(base.affected, unaffected, context)),
  };
}

function isFixed({ advisory }: Judgement, subject: Subject, context: MatchContext): boolean {
  const { fixes } = readFixes(advisory);
  return fixes.some(({ version = '' }) => isOlder(subject, version, context) === false);
}

/** Returns whether the installed version is below a fix; `undefined`: cannot be compared. */
function isOlder(subject: Subject, fix: string, context: MatchContext): boolean | undefined {
  const { scheme = '' } = subject.matcher;
  const range = context.lookup.getRange(`< ${fix}`, scheme);
  return evaluateRange(range, parseVersion(subject, context), subject.rangeOptions).inRange;
}

/**
 * Returns the candidate of a disclosure with the fixes from all statements about the same
 * vulnerability.
 */
function addFixes(
  disclosed: Judgement,
  resolutions: readonly Judgement[],
  subject: Subject,
  context: MatchContext,
): Candidate {
  const candidate = createCandidate(subject, disclosed);
  const same = resolutions.filter(
    (one) => one.advisory.vulnerability === disclosed.advisory.vulnerability,
  );
  const fixes = new Map<string, Fix>();
  let fixState: FixState | undefined;
  let joined = candidate;
  for (const one of same) {
    const stated = readFixes(one.advisory);
    const needed = stated.fixes.filter(
      ({ version = '' }) => isOlder(subject, version, context) === true,
    );
    const reachable = needed.filter(({ version = '' }) => isReachable(version, context));
    const state =
      reachable.length > 0 ? stated.fixState : chooseStateWithoutFix(stated.fixState, needed);
    fixState = fixState === 'fixed' ? fixState : (state ?? fixState);
    for (const fix of reachable) {
      const { version = '' } = fix;
      fixes.set(version, fixes.get(version) ?? fix);
    }
    if (needed.length > 0) {
      joined = joinCandidates(joined, createCandidate(subject, one));
    }
  }
  const isFixNamed = fixState !== 'fixed' && context.strategy.verdicts.reportsUnreachableFix;
  return {
    ...joined,
    fixes: fixState === undefined || isFixNamed ? candidate.fixes : [...fixes.values()],
    fixState: fixState ?? candidate.fixState,
  };
}

function chooseStateWithoutFix(stated: FixState, needed: readonly Fix[]): FixState | undefined {
  if (needed.length > 0) {
    return 'not-fixed';
  }
  return stated === 'wont-fix' ? stated : undefined;
}

/**
 * The release that a build targets, such as `el9_4` in `1.el9_4.2`; without a minor number: any.
 */
const BUILT_FOR = /\.el([0-9]{1,9})(?:_([0-9]{1,9}))?/;

function isReachable(fix: string, context: MatchContext): boolean {
  const release = fix.slice(fix.lastIndexOf('-') + 1);
  const built = BUILT_FOR.exec(release);
  if (built === null || context.distro === undefined) {
    return true;
  }
  const { major, minor } = parseSystemVersion(context.distro);
  return (
    major === '' || (Number(built[1]) === Number(major) && Number(built[2] ?? 0) <= Number(minor))
  );
}
