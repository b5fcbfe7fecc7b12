import type { Advisory, VulnerabilityRecord } from '../core/advisory.ts';
import type { MatchContext } from './matcher.ts';

const CVE = /^cve-/i;

/** Returns every ID of a statement's vulnerability, its own first. */
export function listAdvisoryIds(advisory: Advisory, { strategy }: MatchContext): readonly string[] {
  if (advisory.aliases.length === 0 && advisory.cves.length === 0) {
    return [advisory.vulnerability];
  }
  const { isComparedAlias } = strategy.verdicts;
  const others = [...advisory.aliases, ...advisory.cves].filter((id) => isComparedAlias(id));
  return [...new Set([advisory.vulnerability, ...others])];
}

export function isCve(id: string): boolean {
  return id.startsWith('CVE-') || CVE.test(id);
}

/** Returns whether a statement and its record only have one common ID, like most. */
export function hasOneId(
  record: Pick<VulnerabilityRecord, 'id' | 'aliases'>,
  { vulnerability, aliases, cves }: Advisory,
): boolean {
  return (
    aliases.length === 0 &&
    cves.length === 0 &&
    record.aliases.length === 0 &&
    vulnerability === record.id
  );
}

/**
 * Returns the statements that share no ID with the others. Statements with the same main ID count
 * as one: an ID shared by any of them removes all of them.
 */
export function dropSharedIds<Item extends { readonly advisory: Advisory }>(
  items: readonly Item[],
  others: readonly { readonly advisory: Advisory }[],
  context: MatchContext,
): readonly Item[] {
  if (others.length === 0) {
    return items;
  }
  const taken = new Set(others.flatMap((other) => listAdvisoryIds(other.advisory, context)));
  const gone = new Set(
    items
      .filter((item) => listAdvisoryIds(item.advisory, context).some((id) => taken.has(id)))
      .map((item) => item.advisory.vulnerability),
  );
  return items.filter((item) => !gone.has(item.advisory.vulnerability));
}
