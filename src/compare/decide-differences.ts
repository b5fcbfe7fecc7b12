import type { DifferenceRule } from '../core/difference-rule.ts';
import { withIds } from './compare-results.ts';
import type {
  BareDifference,
  Difference,
  DifferenceDecision,
  Identified,
  Section,
} from './difference.ts';

/** A difference with decisions on its changes, and what is to be told of the rules. */
export interface DecidedDifference {
  readonly difference: BareDifference;
  /** Rules that have expired or fit nothing, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Puts the decisions of a file on the changes that they fit; the first rule that fits counts. An
 * expired one is shown and decides nothing.
 *
 * @param now RFC 3339
 */
export function decideDifferences(
  difference: BareDifference,
  rules: readonly DifferenceRule[],
  now: string,
): DecidedDifference {
  if (rules.length === 0) {
    return { difference, notes: [] };
  }
  const identified = withIds(difference);
  const used = new Set<DifferenceRule>();
  const decide = <Change extends Identified>(
    section: Section,
    changes: readonly Change[],
    { kindsOf, nameOf }: Naming<Change>,
  ): readonly Change[] =>
    changes.map((change) => {
      const rule = rules.find((one) =>
        fits(one, { section, id: change.id, kinds: kindsOf(change), name: nameOf(change) }),
      );
      if (rule === undefined) {
        return change;
      }
      used.add(rule);
      return { ...change, decision: decisionOf(rule, now) };
    });
  const decided: Difference = {
    ...identified,
    configuration: decide('configuration', identified.configuration, {
      kindsOf: ({ consequence }) => [consequence],
      nameOf: ({ name }) => name,
    }),
    packages: decide('packages', identified.packages, {
      kindsOf: ({ kind }) => [kind],
      nameOf: ({ before, after }) => (after ?? before)?.name ?? '',
    }),
    files: decide('files', identified.files, {
      kindsOf: ({ kinds }) => kinds,
      nameOf: ({ before, after }) => (after ?? before)?.path ?? '',
    }),
    executables: decide('executables', identified.executables, {
      kindsOf: ({ kinds }) => kinds,
      nameOf: ({ path }) => path,
    }),
    findings: decide('findings', identified.findings, {
      kindsOf: ({ kind }) => [kind],
      nameOf: ({ before, after }) => (after ?? before)?.id ?? '',
    }),
  };
  return { difference: decided, notes: notesOf(rules, used, now) };
}

interface Naming<Change> {
  kindsOf(change: Change): readonly string[];
  nameOf(change: Change): string;
}

interface Named {
  readonly section: Section;
  readonly id: string;
  readonly kinds: readonly string[];
  readonly name: string;
}

function fits(rule: DifferenceRule, { section, id, kinds, name }: Named): boolean {
  return (
    (rule.section === undefined || rule.section === section) &&
    (rule.id === undefined || rule.id === id) &&
    (rule.kind === undefined || kinds.includes(rule.kind)) &&
    (rule.isNameMatch?.(name) ?? true)
  );
}

function isExpired({ expiresAt }: DifferenceRule, now: string): boolean {
  return expiresAt !== undefined && Date.parse(now) >= Date.parse(expiresAt);
}

function decisionOf(rule: DifferenceRule, now: string): DifferenceDecision {
  const { reason, owner, source, ticket, expiresAt } = rule;
  return {
    reason,
    author: owner ?? 'not named',
    source,
    ...(ticket === undefined ? {} : { ticket }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    isExpired: isExpired(rule, now),
  };
}

function notesOf(
  rules: readonly DifferenceRule[],
  used: ReadonlySet<DifferenceRule>,
  now: string,
): readonly string[] {
  return rules.flatMap((rule) => {
    if (isExpired(rule, now)) {
      return [`${rule.source} expired on ${(rule.expiresAt ?? '').slice(0, 10)}`];
    }
    return used.has(rule) ? [] : [`${rule.source} matches no change`];
  });
}

/** Whether a change counts for gates: nobody has decided on it, or not any more. */
export function isOpenChange({ decision }: { readonly decision?: DifferenceDecision }): boolean {
  return decision === undefined || decision.isExpired;
}
