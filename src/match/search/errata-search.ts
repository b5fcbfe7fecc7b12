import type { Advisory, Fix } from '../../core/advisory.ts';
import { compareText } from '../../core/compare-text.ts';
import { sortFixes } from '../fix.ts';
import { dropSharedIds, isCve, listAdvisoryIds } from '../identity.ts';
import { judge, parseVersion } from '../judge.ts';
import type { Judgement } from '../judgement.ts';
import type { Candidate, MatchContext, Outcome, Subject, Suppression } from '../matcher.ts';
import { isQualified } from '../qualifier.ts';
import { listUnevaluated } from '../unevaluated.ts';
import { isSameModuleStream } from './module-stream.ts';
import {
  createCandidate,
  createSuppressions,
  findSystemAdvisories,
  judgeSystem,
  type SystemJudgements,
} from './system-search.ts';

interface Held {
  readonly subject: Subject;
  readonly judgement: Judgement;
  readonly advisory: Advisory;
}

/** A statement that a package is unaffected, with the first unaffected build. */
interface Erratum extends Held {
  readonly fix: Fix | undefined;
}

/**
 * Searches a rebuild of another distribution that publishes its own errata, for a package and its
 * sources. Statements about the other distribution apply until an erratum states the first
 * unaffected build. Such an erratum also implies that earlier builds are affected, regardless of
 * the other distribution's statements.
 */
export function searchErrata(
  subjects: readonly [Subject, ...Subject[]],
  context: MatchContext,
): Outcome {
  const [subject] = subjects;
  const disclosures = subjects.map((one) => ({ subject: one, ...judgeSystem(one, context) }));
  const inRange = disclosures.flatMap((one) => selectHeld(one, context));
  const errata = subjects.flatMap((one) => findErrata(one, subject, context));
  const passed = errata.filter((one) => one.judgement.isInRange === true);
  const remaining = dropSharedIds(inRange, passed, context);
  const { erratumDiscloses } = context.strategy.verdicts;
  const own = errata.filter((one) => one.subject === subject);
  const added = erratumDiscloses
    ? listEarlierAffected(own, [...remaining, ...passed], context)
    : [];
  const cancelling = inRange.length > 0 ? errata : [];
  const suppressing = dropSharedIds(erratumDiscloses ? passed : cancelling, remaining, context);
  return {
    candidates: [...remaining.map((one) => applyErrata(one, errata, context)), ...added],
    suppressions: [
      ...disclosures.flatMap((one) => suppressFixed(one, context)),
      ...createSuppressions(subject, 'fixed-by-errata', suppressing),
    ],
    unevaluated: disclosures.flatMap((one) =>
      listUnevaluated(one.subject, dropSharedIds(one.affected, passed, context)),
    ),
  };
}

type Disclosures = SystemJudgements & { readonly subject: Subject };

function selectUnaffected(
  { unaffected }: Disclosures,
  context: MatchContext,
): readonly Judgement[] {
  return context.strategy.verdicts.unaffectedCancels ? unaffected : [];
}

function selectHeld(disclosures: Disclosures, context: MatchContext): readonly Held[] {
  const { subject, affected } = disclosures;
  const inRange = affected.filter((one) => one.isInRange === true);
  return dropSharedIds(inRange, selectUnaffected(disclosures, context), context).map(
    (judgement) => ({ subject, judgement, advisory: judgement.advisory }),
  );
}

function suppressFixed(disclosures: Disclosures, context: MatchContext): readonly Suppression[] {
  const { subject, affected } = disclosures;
  const inRange = affected.filter((one) => one.isInRange === true);
  const outside = affected.filter(context.strategy.verdicts.isOutside);
  const notAffected = [
    ...dropSharedIds(outside, inRange, context),
    ...selectUnaffected(disclosures, context),
  ];
  return createSuppressions(subject, 'fixed-by-distribution', notAffected);
}

/**
 * Returns the errata under one of the names. Errata that only cancel are compared with the version
 * of the package itself.
 */
function findErrata(named: Subject, subject: Subject, context: MatchContext): readonly Erratum[] {
  const searched = context.strategy.verdicts.erratumDiscloses ? named : subject;
  return findSystemAdvisories(named.name, subject, context, context.ownSystems)
    .filter((one) => one.effect === 'unaffected' && isQualified(one, subject, context))
    .map((advisory) => ({
      subject: searched,
      judgement: judgeAgain(searched, advisory, context),
      advisory,
      fix: readErratumFix(advisory),
    }));
}

const FIRST_UNAFFECTED = /^(?:>=|=)\s*([^\s,|<>=]+)$/;

function readErratumFix({ ranges }: Advisory): Fix | undefined {
  const [range] = ranges;
  const [, version] = FIRST_UNAFFECTED.exec(range?.constraint.trim() ?? '') ?? [];
  return version === undefined
    ? undefined
    : { references: [], ...range?.fix, state: 'fixed', version };
}

/**
 * Returns the candidate of a disclosure with the fix of the first erratum about the same
 * vulnerability.
 */
function applyErrata(held: Held, errata: readonly Erratum[], context: MatchContext): Candidate {
  const ids = new Set(listAdvisoryIds(held.advisory, context));
  const same = errata.filter(({ advisory }) =>
    listAdvisoryIds(advisory, context).some((id) => ids.has(id)),
  );
  const [fix] = sortFixes(
    same.flatMap((one) => one.fix ?? []),
    held.subject.matcher.scheme,
  );
  const advisory = fix === undefined ? held.advisory : toAffected(held.advisory, fix);
  return createCandidate(held.subject, judgeAgain(held.subject, advisory, context));
}

function judgeAgain(subject: Subject, advisory: Advisory, context: MatchContext): Judgement {
  return judge(advisory, parseVersion(subject, context), context, subject.rangeOptions);
}

function toAffected(advisory: Advisory, fix: Fix): Advisory {
  const [scheme = ''] = advisory.ranges.map((range) => range.scheme);
  const { version = '' } = fix;
  const constraint = `< ${version}`;
  return { ...advisory, effect: 'affected', ranges: [{ scheme, constraint, fix }] };
}

/**
 * Returns the candidates that errata imply for earlier versions, if they have a CVE that no other
 * statement covers.
 */
function listEarlierAffected(
  errata: readonly Erratum[],
  answered: readonly { readonly advisory: Advisory }[],
  context: MatchContext,
): readonly Candidate[] {
  const known = new Set(answered.flatMap(({ advisory }) => listAdvisoryIds(advisory, context)));
  return errata
    .toSorted((left, right) =>
      compareText(left.advisory.vulnerability, right.advisory.vulnerability),
    )
    .flatMap(({ subject, advisory, judgement, fix }) => {
      const isOpen = listAdvisoryIds(advisory, context).some((id) => isCve(id) && !known.has(id));
      if (fix?.version === undefined || judgement.isInRange !== false || !isOpen) {
        return [];
      }
      const affected = judgeAgain(subject, toAffected(advisory, fix), context);
      return isSameModuleStream(subject, fix.version) ? [createCandidate(subject, affected)] : [];
    });
}
