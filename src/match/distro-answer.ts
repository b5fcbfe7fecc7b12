import type { KeyIndex } from '../core/key-index.ts';
import { idsOf } from './identity.ts';
import type { Judgement } from './judgement.ts';
import type { Candidate, MatchContext } from './matcher.ts';
import { hasSameVersion, type Owned, type Owners } from './ownership.ts';
import { judgeSystem } from './search/system-search.ts';
import { sourcesOf, subjectOf } from './subject.ts';
import { thirdPartyOf } from './third-party.ts';

/**
 * A distribution's decision about a vulnerability of a component that one of its packages
 * installed. `rule`: it decides, by this statement. `note`: it does not decide, for this reason.
 */
export type DistroAnswer = { readonly rule: string } | { readonly note: string };

export interface DistroAnswers {
  /** Returns `undefined` if no package of the distribution owns the component. */
  answerTo(part: Owned, candidate: Candidate): DistroAnswer | undefined;
}

/**
 * The distribution maintains language packages that its own packages install: it backports fixes
 * without changing the version that upstream statements compare. So its statements about the owner
 * replace those of upstream. A missing statement only decides if the distribution lists unfixed
 * vulnerabilities, too, and covers the owner: it has some statement about the owner, or the owner
 * is a build of that very version. The distribution does not maintain builds of other vendors.
 */
export function createDistroAnswers(
  owners: Owners,
  byKey: KeyIndex<Owned>,
  context: MatchContext,
): DistroAnswers {
  const known = new Map<Owned, readonly Judgement[]>();
  const statementsAbout = (owner: Owned): readonly Judgement[] => {
    const statements = known.get(owner) ?? judgeOwner(owner, context);
    known.set(owner, statements);
    return statements;
  };
  return {
    answerTo(part, candidate) {
      const owning = part.matcher.isSystem ? [] : (owners.get(part.package.key) ?? []);
      if (owning.length === 0) {
        return undefined;
      }
      const ofSystem = owning
        .map((key) => byKey.get(key))
        .filter((owner) => owner?.matcher.isSystem === true)
        .filter((owner) => owner !== undefined)
        .filter((owner) => thirdPartyOf(owner, context) === undefined);
      if (ofSystem.length === 0) {
        return undefined;
      }
      const answers = ofSystem.map((owner) =>
        answerOf(owner, part, { candidate, statements: statementsAbout(owner), context }),
      );
      return answers.find((answer) => 'rule' in answer) ?? answers[0];
    },
  };
}

function judgeOwner(
  { package: item, matcher }: Owned,
  context: MatchContext,
): readonly Judgement[] {
  const subject = subjectOf(item, matcher);
  const subjects = matcher.subjectsOf?.(subject, context) ?? [
    subject,
    ...sourcesOf(subject, context),
  ];
  const systems = [...new Set([...context.systems, ...context.ownSystems])];
  return subjects.flatMap((one) => {
    const { affected, unaffected } = judgeSystem(one, context, systems);
    return [...unaffected, ...affected];
  });
}

interface Asked {
  readonly candidate: Candidate;
  readonly statements: readonly Judgement[];
  readonly context: MatchContext;
}

function answerOf(
  owner: Owned,
  part: Owned,
  { candidate, statements, context }: Asked,
): DistroAnswer {
  const { name } = owner.package;
  const ids = new Set(idsOf(candidate.advisory, context));
  const about = statements.filter(({ advisory }) =>
    idsOf(advisory, context).some((id) => ids.has(id)),
  );
  const stated =
    about.find((one) => one.advisory.effect === 'unaffected') ??
    about.find((one) => one.isInRange === true) ??
    about.find((one) => one.isInRange === false);
  if (stated !== undefined) {
    return { rule: answered(name, `${stated.advisory.vulnerability}: ${verdictOf(stated)}`) };
  }
  if (about.length > 0) {
    return {
      note: `not decided by the distribution: its range for ${name} could not be compared`,
    };
  }
  if (context.systems.length === 0) {
    return {
      note: `not decided by the distribution: it has no advisories for its package ${name}`,
    };
  }
  if (!context.isUnfixedStated) {
    return {
      note: `not decided by the distribution: it has no advisory for its package ${name}, and lists only what it has fixed`,
    };
  }
  return statements.length > 0 || hasSameVersion(part.package, owner.package)
    ? { rule: answered(name, 'no advisory') }
    : { note: `not decided by the distribution: it states nothing about the package ${name}` };
}

function answered(owner: string, what: string): string {
  return `decided by the distribution: owner ${owner} (${what})`;
}

function verdictOf({ advisory, isInRange }: Judgement): string {
  if (advisory.effect === 'unaffected') {
    return 'not affected';
  }
  return isInRange === true ? 'affected' : 'fixed';
}
