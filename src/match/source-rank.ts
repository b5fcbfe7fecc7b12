/**
 * Sources about vulnerabilities of all products, and their ranks: a lower one takes precedence.
 * Distributions and databases of an ecosystem have rank 0. They know the versions that they ship.
 */
const SOURCE_RANKS: ReadonlyMap<string, number> = new Map([
  ['cve', 1],
  ['cisa', 2],
  ['nvd', 3],
  ['euvd', 4],
]);

/** Returns the rank of a source among those about the same package. */
export function rankSource(provider: string): number {
  return SOURCE_RANKS.get(provider) ?? 0;
}
