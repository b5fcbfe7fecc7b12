import type { Assessment } from '../../../foundation/core/assessment.ts';
import type { Decision } from '../../../foundation/core/decision.ts';
import { defined } from '../../../foundation/core/defined.ts';

/** A reason for which findings are suppressed, with its author. */
export interface DecidedGroup {
  readonly reason: string;
  readonly kind: Decision['kind'];
  readonly author: string;
  readonly source: string;
  readonly ticket?: string;
  /** Date; absent if it does not end. */
  readonly expiresAt?: string;
  /** Names of the findings. */
  readonly findings: readonly string[];
}

/** Groups suppressed findings by their reasons: one reason often covers many. */
export function listDecidedGroups({ findings, inventory }: Assessment): readonly DecidedGroup[] {
  const names = new Map(inventory.packages.map(({ key, name }) => [key, name]));
  const groups = new Map<string, DecidedGroup>();
  for (const { finding, decisions } of findings?.dispositioned ?? []) {
    const [decision] = decisions;
    if (decision !== undefined) {
      const { reason, kind, author, source, ticket, expiresAt } = decision;
      const key = JSON.stringify([reason, kind, author, source, ticket, expiresAt]);
      const own = `${finding.id} in ${names.get(finding.packageKey) ?? finding.packageKey}`;
      const known = groups.get(key)?.findings ?? [];
      groups.set(key, {
        reason,
        kind,
        author,
        source,
        ...defined({ ticket, expiresAt }),
        findings: [...known, own],
      });
    }
  }
  return [...groups.values()].toSorted((one, other) => other.findings.length - one.findings.length);
}
