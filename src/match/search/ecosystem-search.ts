import type { Advisory } from '../../core/advisory.ts';
import type { MatchReason } from '../../core/finding.ts';
import { fixOf } from '../fix.ts';
import { idsOf, withoutSharedIds } from '../identity.ts';
import { type Judgement, judge, versionOf } from '../judge.ts';
import type { Candidate, MatchContext, Outcome, Subject } from '../matcher.ts';
import { isQualified } from '../qualifier.ts';
import { isWithdrawn } from '../status.ts';
import { unevaluatedOf } from '../unevaluated.ts';

/**
 * What statements about a package of a language ecosystem say, under each of the names that it goes
 * by. A statement that it is not affected counts whichever name it was found under.
 */
export function searchEcosystem(
  subject: Subject,
  names: readonly string[],
  context: MatchContext,
): Outcome {
  const version = versionOf(subject, context);
  const judgements = names.flatMap((name) =>
    context.lookup
      .ofPackage(subject.package.type, name)
      .filter((one) => !isWithdrawn(one) && isQualified(one, subject, context))
      .map((advisory) => ({ name, ...judge(advisory, version, context) })),
  );
  const ofEffect = (effect: Advisory['effect']) =>
    judgements.filter((one) => one.advisory.effect === effect);
  const unaffected = ofEffect('unaffected').filter((one) => one.isInRange === true);
  const remaining = withoutSharedIds(ofEffect('affected'), unaffected, context);
  return {
    candidates: remaining
      .filter((one) => one.isInRange === true)
      .map((one) => toCandidate(subject, one.name, one)),
    silences: [
      {
        reach: 'same',
        packageKey: subject.package.key,
        ids: [...new Set(unaffected.flatMap(({ advisory }) => idsOf(advisory, context)))],
        rule: 'stated-unaffected',
      },
    ],
    unevaluated: unevaluatedOf(subject, remaining),
  };
}

function toCandidate(subject: Subject, name: string, judgement: Judgement): Candidate {
  const { advisory } = judgement;
  const reason: MatchReason = {
    kind: 'direct',
    matcher: subject.matcher.id,
    searchedKey: `${subject.package.type} / ${name}`,
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
