import { defined } from '../../foundation/core/defined.ts';
import type { DifferenceRule } from '../../foundation/core/difference-rule.ts';
import { addChangeIds } from './compare-results.ts';
import type {
  BareDifference,
  Difference,
  DifferenceDecision,
  Identified,
  Section,
} from './difference.ts';

/** A difference with decisions on its changes, and notes about the rules. */
export interface DecidedDifference {
  readonly difference: BareDifference;
  /** Rules that have expired or match nothing, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Applies the decisions of a file to the changes that they match; the first matching rule counts.
 * An expired one is shown but decides nothing.
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
  const identified = addChangeIds(difference);
  const used = new Set<DifferenceRule>();
  const decide = <Change extends Identified>(
    section: Section,
    changes: readonly Change[],
    { listKinds, getChangeName }: Naming<Change>,
  ): readonly Change[] =>
    changes.map((change) => {
      const rule = rules.find((one) =>
        isRuleMatch(one, {
          section,
          id: change.id,
          kinds: listKinds(change),
          name: getChangeName(change),
        }),
      );
      if (rule === undefined) {
        return change;
      }
      used.add(rule);
      return { ...change, decision: toDecision(rule, now) };
    });
  const decided: Difference = {
    ...identified,
    configuration: decide('configuration', identified.configuration, {
      listKinds: ({ consequence }) => [consequence],
      getChangeName: ({ name }) => name,
    }),
    packages: decide('packages', identified.packages, {
      listKinds: ({ kind }) => [kind],
      getChangeName: ({ before, after }) => (after ?? before)?.name ?? '',
    }),
    files: decide('files', identified.files, {
      listKinds: ({ kinds }) => kinds,
      getChangeName: ({ before, after }) => (after ?? before)?.path ?? '',
    }),
    executables: decide('executables', identified.executables, {
      listKinds: ({ kinds }) => kinds,
      getChangeName: ({ path }) => path,
    }),
    findings: decide('findings', identified.findings, {
      listKinds: ({ kind }) => [kind],
      getChangeName: ({ before, after }) => (after ?? before)?.id ?? '',
    }),
  };
  return { difference: decided, notes: listNotes(rules, used, now) };
}

interface Naming<Change> {
  listKinds(change: Change): readonly string[];
  getChangeName(change: Change): string;
}

interface Named {
  readonly section: Section;
  readonly id: string;
  readonly kinds: readonly string[];
  readonly name: string;
}

function isRuleMatch(rule: DifferenceRule, { section, id, kinds, name }: Named): boolean {
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

function toDecision(rule: DifferenceRule, now: string): DifferenceDecision {
  const { reason, owner, source, ticket, expiresAt } = rule;
  return {
    reason,
    author: owner ?? 'not named',
    source,
    ...defined({ ticket, expiresAt }),
    isExpired: isExpired(rule, now),
  };
}

function listNotes(
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

/** Returns whether a change counts for gates: it has no decision, or its decision has expired. */
export function isOpenChange({ decision }: { readonly decision?: DifferenceDecision }): boolean {
  return decision === undefined || decision.isExpired;
}
