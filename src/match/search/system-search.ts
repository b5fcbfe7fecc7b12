import type { Advisory, OperatingSystem } from '../../core/advisory.ts';
import { present } from '../../core/assert.ts';
import type { MatchReason } from '../../core/finding.ts';
import { formatSystemVersion } from '../../core/system-version.ts';
import { readFixes } from '../fix.ts';
import { dropSharedIds, listAdvisoryIds } from '../identity.ts';
import { judge, parseVersion } from '../judge.ts';
import type { Judgement } from '../judgement.ts';
import {
  type Candidate,
  type MatchContext,
  type Outcome,
  type Subject,
  type Suppression,
  selectSystems,
} from '../matcher.ts';
import { isAboutSameModule, isQualified } from '../qualifier.ts';
import { listSearchNames, toOriginalName } from '../root-io.ts';
import { listUnevaluated } from '../unevaluated.ts';

/** Returns all statements about an operating-system package, both affected and unaffected. */
export function findSystemAdvisories(
  name: string,
  subject: Subject,
  context: MatchContext,
  systems: readonly OperatingSystem[] = selectSystems(subject.matcher, context),
): readonly Advisory[] {
  const names = listSearchNames(subject, [name]);
  const found = systems.flatMap((system) =>
    names.flatMap((one) => context.lookup.findSystemPackage(system, subject.package.type, one)),
  );
  return context.strategy.statements.selectSystemStatements(found);
}

/** A distribution's statements about a package, compared with the installed version. */
export interface SystemJudgements {
  readonly affected: readonly Judgement[];
  /** The statements whose range contains the version. */
  readonly unaffected: readonly Judgement[];
}

/** The shared result of most packages. */
const NO_JUDGEMENTS: SystemJudgements = { affected: [], unaffected: [] };

/** Compares the version of a package with the statements that apply to it. */
export function judgeSystem(
  subject: Subject,
  context: MatchContext,
  systems: readonly OperatingSystem[] = selectSystems(subject.matcher, context),
): SystemJudgements {
  return judgeStatements(
    findSystemAdvisories(subject.name, subject, context, systems),
    subject,
    context,
  );
}

/** The same as {@link judgeSystem}, for results of {@link findSystemAdvisories}. */
export function judgeStatements(
  advisories: readonly Advisory[],
  subject: Subject,
  context: MatchContext,
): SystemJudgements {
  if (advisories.length === 0) {
    return NO_JUDGEMENTS;
  }
  const version = parseVersion(subject, context);
  const isAnyUnaffected = context.strategy.statements.shouldIgnoreQualifiers(subject);
  const judgeAll = (effect: Advisory['effect'], isAny: boolean): readonly Judgement[] =>
    advisories
      .filter((one) => one.effect === effect && (isAny || isQualified(one, subject, context)))
      .map((advisory) => judge(advisory, version, context, subject.rangeOptions));
  const affected = judgeAll('affected', false);
  const unaffected = judgeAll('unaffected', isAnyUnaffected).filter(
    (one) => one.isInRange === true,
  );
  return {
    affected,
    unaffected: context.strategy.verdicts.unaffectedCancels
      ? unaffected.filter((one) => !isContradicted(one, affected, subject, context))
      : unaffected,
  };
}

/**
 * Returns whether the affected statement is about a module and the unaffected one is not: `mariadb`
 * outside of modules is often stated as unaffected, but the one in a module as affected.
 */
function isContradicted(
  unaffected: Judgement,
  affected: readonly Judgement[],
  subject: Subject,
  context: MatchContext,
): boolean {
  const ids = new Set(listAdvisoryIds(unaffected.advisory, context));
  return affected.some(
    ({ advisory, isInRange }) =>
      isInRange === true &&
      !isAboutSameModule(advisory, unaffected.advisory, subject, context) &&
      listAdvisoryIds(advisory, context).some((id) => ids.has(id)),
  );
}

/**
 * Searches the distribution's own statements: those whose range contains the version, unless
 * another states that the package is unaffected. The other statements suppress their vulnerability
 * for packages that the package installed.
 */
export function searchSystem(subject: Subject, context: MatchContext): Outcome {
  return toOutcome(subject, judgeSystem(subject, context), context);
}

/** `isHeldAnyway`: "unaffected" statements only count for packages that the package installed. */
export function toOutcome(
  subject: Subject,
  { affected, unaffected }: SystemJudgements,
  context: MatchContext,
  isHeldAnyway = false,
): Outcome {
  const inRange = affected.filter((judgement) => judgement.isInRange === true);
  const outside = affected.filter(context.strategy.verdicts.isOutside);
  const filterCounted = (items: readonly Judgement[]): readonly Judgement[] =>
    isHeldAnyway ? items : dropSharedIds(items, unaffected, context);
  const notAffected = [...dropSharedIds(outside, inRange, context), ...unaffected];
  return {
    candidates: filterCounted(inRange).map((judgement) => createCandidate(subject, judgement)),
    suppressions: createSuppressions(subject, 'fixed-by-distribution', notAffected),
    unevaluated: listUnevaluated(subject, filterCounted(affected)),
  };
}

/** Suppresses the vulnerabilities of the statements, if any, for packages that the package owns. */
export function createSuppressions(
  subject: Subject,
  rule: string,
  held: readonly { readonly advisory: Advisory }[],
): readonly Suppression[] {
  if (held.length === 0) {
    return [];
  }
  const statements = held.map(({ advisory }) => advisory);
  return [{ reach: 'owned', packageKey: subject.package.key, statements, rule }];
}

export function createCandidate(subject: Subject, judgement: Judgement): Candidate {
  const { advisory } = judgement;
  const original = toOriginalName(subject, subject.name);
  const isOfOriginal = original !== subject.name && advisory.packageName === original;
  const name = isOfOriginal ? original : subject.name;
  const reason: MatchReason = {
    kind: isOfOriginal ? 'indirect' : subject.kind,
    matcher: subject.matcher.id,
    searchedKey: `${getSystemName(advisory)} / ${subject.package.type} / ${name}`,
    searchedName: name,
    searchedVersion: subject.version,
    searchedCpes: [],
    advisory,
    range: judgement.range,
    comparisons: judgement.comparisons,
    foundCpes: [],
    confidence: 1,
  };
  return { packageKey: subject.package.key, advisory, reasons: [reason], ...readFixes(advisory) };
}

/** Statements share their system, so its name is formatted once. */
const SYSTEM_NAMES = new WeakMap<OperatingSystem, string>();

function getSystemName({ operatingSystem }: Advisory): string {
  const system = present(operatingSystem, 'a system in a statement about its package');
  const name = SYSTEM_NAMES.get(system) ?? formatSystemName(system);
  SYSTEM_NAMES.set(system, name);
  return name;
}

function formatSystemName(system: OperatingSystem): string {
  const version = formatSystemVersion(system) || system.codename;
  const channel = system.channel === '' ? '' : `+${system.channel}`;
  return `${system.name} ${version}${channel}`;
}
