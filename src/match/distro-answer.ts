import type { WeakProof } from '../core/inventory.ts';
import { chooseMatcher } from './choose-matcher.ts';
import type { Component, ComponentPackage, WeakOwner } from './component.ts';
import { listAdvisoryIds } from './identity.ts';
import type { Judgement } from './judgement.ts';
import type { Candidate, MatchContext } from './matcher.ts';
import { hasSameVersion, type Owned } from './ownership.ts';
import { judgeSystem } from './search/system-search.ts';
import { createSubject, listSources } from './subject.ts';
import { findThirdParty } from './third-party.ts';

/**
 * A distribution's decision about a vulnerability of a component that one of its packages
 * installed. `rule`: it decides, by this statement. `note`: it does not decide, for this reason.
 */
export type DistroVerdict = { readonly rule: string } | { readonly note: string };

export interface DistroVerdicts {
  /** Returns `undefined` if no package of the distribution owns the component. */
  findVerdict(part: Component, candidate: Candidate): DistroVerdict | undefined;
}

/**
 * The distribution maintains language packages that its own packages install: it backports fixes
 * without changing the version that upstream statements compare. So its statements about the owner
 * replace those of upstream. A missing statement only decides if the distribution lists unfixed
 * vulnerabilities, too, and covers the owner: it has some statement about the owner, or the owner
 * is a build of that very version. The distribution does not maintain builds of other vendors, nor
 * files that its package did not install according to their digests.
 */
export function createDistroVerdicts(context: MatchContext): DistroVerdicts {
  const known = new Map<ComponentPackage, readonly Judgement[]>();
  const judgeOnce = (owner: Owned): readonly Judgement[] => {
    const statements = known.get(owner.package) ?? judgeOwner(owner, context);
    known.set(owner.package, statements);
    return statements;
  };
  const findSystemOwner = (item: ComponentPackage): Owned | undefined => {
    const owner = { package: item, matcher: chooseMatcher(item.type) };
    const isOwn = owner.matcher.isSystem && findThirdParty(owner, context) === undefined;
    return isOwn ? owner : undefined;
  };
  const explainWeakOwners = (weak: readonly WeakOwner[]): DistroVerdict | undefined => {
    const found = weak.find((one) => findSystemOwner(one.package) !== undefined);
    return found && { note: explainWeakProof(found.package.name, found.proof) };
  };
  return {
    findVerdict(part, candidate) {
      const { owners, weakOwners } = part;
      if (chooseMatcher(part.package.type).isSystem) {
        return undefined;
      }
      const answers = owners.flatMap(({ package: item, isSearched }) => {
        const owner = isSearched ? findSystemOwner(item) : undefined;
        const isByName = weakOwners.some((one) => one.package.key === item.key);
        return owner === undefined
          ? []
          : toVerdict(owner, part, { candidate, statements: judgeOnce(owner), context, isByName });
      });
      return (
        answers.find((answer) => 'rule' in answer) ?? answers[0] ?? explainWeakOwners(weakOwners)
      );
    },
  };
}

function explainWeakProof(owner: string, proof: WeakProof): string {
  return proof === 'changed'
    ? `not decided by the distribution: the digest in the record of ${owner} does not match`
    : `not decided by the distribution: the record of ${owner} has no digest of the files`;
}

function judgeOwner(
  { package: item, matcher }: Owned,
  context: MatchContext,
): readonly Judgement[] {
  const subject = createSubject(item, matcher);
  const subjects = matcher.listSubjects?.(subject, context) ?? [
    subject,
    ...listSources(subject, context),
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
  /** Whether only the name and the version prove the owner. */
  readonly isByName: boolean;
}

function toVerdict(
  owner: Owned,
  part: Pick<Component, 'package'>,
  { candidate, statements, context, isByName }: Asked,
): DistroVerdict {
  const { name } = owner.package;
  const byName = isByName ? '; its record has no digest, but the same name and version' : '';
  const ids = new Set(listAdvisoryIds(candidate.advisory, context));
  const about = statements.filter(({ advisory }) =>
    listAdvisoryIds(advisory, context).some((id) => ids.has(id)),
  );
  const stated =
    about.find((one) => one.advisory.effect === 'unaffected') ??
    about.find((one) => one.isInRange === true) ??
    about.find((one) => one.isInRange === false);
  if (stated !== undefined) {
    return {
      rule: formatRule(
        name,
        `${stated.advisory.vulnerability}: ${describeJudgement(stated)}${byName}`,
      ),
    };
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
    ? { rule: formatRule(name, `no advisory${byName}`) }
    : { note: `not decided by the distribution: it states nothing about the package ${name}` };
}

function formatRule(owner: string, what: string): string {
  return `decided by the distribution: owner ${owner} (${what})`;
}

function describeJudgement({ advisory, isInRange }: Judgement): string {
  if (advisory.effect === 'unaffected') {
    return 'not affected';
  }
  return isInRange === true ? 'affected' : 'fixed';
}
