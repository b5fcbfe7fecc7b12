import type { Advisory, OperatingSystem } from '../../core/advisory.ts';
import { present } from '../../core/assert.ts';
import type { MatchReason } from '../../core/finding.ts';
import { fixOf } from '../fix.ts';
import { idsOf, withoutSharedIds } from '../identity.ts';
import { judge, versionOf } from '../judge.ts';
import type { Judgement } from '../judgement.ts';
import {
  type Candidate,
  type MatchContext,
  type Outcome,
  type Silence,
  type Subject,
  systemsFor,
} from '../matcher.ts';
import { isAboutSameModule, isQualified } from '../qualifier.ts';
import { originalName, searchNamesOf } from '../root-io.ts';
import { unevaluatedOf } from '../unevaluated.ts';

/** All statements about a package of the operating system, affected and unaffected ones. */
export function systemAdvisories(
  name: string,
  subject: Subject,
  context: MatchContext,
  systems: readonly OperatingSystem[] = systemsFor(subject.matcher, context),
): readonly Advisory[] {
  const names = searchNamesOf(subject, [name]);
  const found = systems.flatMap((system) =>
    names.flatMap((one) => context.lookup.ofSystemPackage(system, subject.package.type, one)),
  );
  return context.strategy.statements.selectSystemStatements(found);
}

/** What a distribution's statements about a package come to for the installed version. */
export interface SystemJudgements {
  readonly affected: readonly Judgement[];
  /** Those in whose range the version lies. */
  readonly unaffected: readonly Judgement[];
}

/** Of most packages nothing is. */
const NOTHING_SAID: SystemJudgements = { affected: [], unaffected: [] };

/** The statements that speak of this very package, held against its version. */
export function judgeSystem(
  subject: Subject,
  context: MatchContext,
  systems: readonly OperatingSystem[] = systemsFor(subject.matcher, context),
): SystemJudgements {
  return judgeStatements(
    systemAdvisories(subject.name, subject, context, systems),
    subject,
    context,
  );
}

/** As {@link judgeSystem}, of what {@link systemAdvisories} found. */
export function judgeStatements(
  advisories: readonly Advisory[],
  subject: Subject,
  context: MatchContext,
): SystemJudgements {
  if (advisories.length === 0) {
    return NOTHING_SAID;
  }
  const version = versionOf(subject, context);
  const isAnyUnaffected = context.strategy.statements.ignoresQualifiers(subject);
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
 * Whether what holds is said of a module, and what is not affected is not: of `mariadb` outside of
 * modules it is often said that it is not affected, and of that in a module that it is.
 */
function isContradicted(
  unaffected: Judgement,
  affected: readonly Judgement[],
  subject: Subject,
  context: MatchContext,
): boolean {
  const ids = new Set(idsOf(unaffected.advisory, context));
  return affected.some(
    ({ advisory, isInRange }) =>
      isInRange === true &&
      !isAboutSameModule(advisory, unaffected.advisory, subject, context) &&
      idsOf(advisory, context).some((id) => ids.has(id)),
  );
}

/**
 * What the distribution's own statements say: those in whose range the version lies, unless another
 * says that the package is not affected. What does not hold silences the same vulnerability on what
 * the package brought along.
 */
export function searchSystem(subject: Subject, context: MatchContext): Outcome {
  return outcomeOf(subject, judgeSystem(subject, context), context);
}

/** `isHeldAnyway`: what is said to be unaffected speaks only for what the package brought along. */
export function outcomeOf(
  subject: Subject,
  { affected, unaffected }: SystemJudgements,
  context: MatchContext,
  isHeldAnyway = false,
): Outcome {
  const inRange = affected.filter((judgement) => judgement.isInRange === true);
  const outside = affected.filter(context.strategy.verdicts.isOutside);
  const counted = (items: readonly Judgement[]): readonly Judgement[] =>
    isHeldAnyway ? items : withoutSharedIds(items, unaffected, context);
  const notHeld = [...withoutSharedIds(outside, inRange, context), ...unaffected];
  return {
    candidates: counted(inRange).map((judgement) => candidateOf(subject, judgement)),
    silences: silencesOf(subject, 'fixed-by-distribution', notHeld),
    unevaluated: unevaluatedOf(subject, counted(affected)),
  };
}

/** Silences what statements are about, where there are any, on what the package owns. */
export function silencesOf(
  subject: Subject,
  rule: string,
  held: readonly { readonly advisory: Advisory }[],
): readonly Silence[] {
  if (held.length === 0) {
    return [];
  }
  const statements = held.map(({ advisory }) => advisory);
  return [{ reach: 'owned', packageKey: subject.package.key, statements, rule }];
}

export function candidateOf(subject: Subject, judgement: Judgement): Candidate {
  const { advisory } = judgement;
  const original = originalName(subject, subject.name);
  const isOfOriginal = original !== subject.name && advisory.packageName === original;
  const name = isOfOriginal ? original : subject.name;
  const reason: MatchReason = {
    kind: isOfOriginal ? 'indirect' : subject.kind,
    matcher: subject.matcher.id,
    searchedKey: `${systemName(advisory)} / ${subject.package.type} / ${name}`,
    searchedName: name,
    searchedVersion: subject.version,
    searchedCpes: [],
    advisory,
    range: judgement.range,
    comparisons: judgement.comparisons,
    foundCpes: [],
    confidence: 1,
  };
  return { packageKey: subject.package.key, advisory, reasons: [reason], ...fixOf(advisory) };
}

/** Statements share what they name, so that it is put into words once. */
const SYSTEM_NAMES = new WeakMap<OperatingSystem, string>();

function systemName({ operatingSystem }: Advisory): string {
  const system = present(operatingSystem, 'a system in a statement about its package');
  const name = SYSTEM_NAMES.get(system) ?? nameOfSystem(system);
  SYSTEM_NAMES.set(system, name);
  return name;
}

function nameOfSystem(system: OperatingSystem): string {
  const number = [system.majorVersion, system.minorVersion].filter((part) => part !== '').join('.');
  const [version = ''] = [system.label, number, system.codename].filter((part) => part !== '');
  const channel = system.channel === '' ? '' : `+${system.channel}`;
  return `${system.name} ${version}${channel}`;
}
