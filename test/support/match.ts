import type { Findings } from '../../src/core/finding.ts';
import { type MatchOptions, matchInventory } from '../../src/match/match-inventory.ts';
import { type DatabaseSeed, databaseOf, type StatementSeed } from './advisory-database.ts';
import { type InventorySeed, inventoryOf } from './inventory.ts';

/** A release of Debian as a database has it, and as an os-release file says it. */
export const DEBIAN = { name: 'debian', major: '12', endOfLife: '2026-07-11 00:00:00+00:00' };
export const DEBIAN_12 = { id: 'debian', versionId: '12' };

/** Holds packages against statements. */
export async function matchSeeds(
  inventory: InventorySeed,
  seed: DatabaseSeed,
  options: Partial<MatchOptions> = {},
): Promise<Findings> {
  using database = await databaseOf(seed);
  return matchInventory(inventoryOf(inventory), database, { isParity: false, ...options });
}

/** A statement of Debian about a package of the first release that is fixed in a version. */
export function debStatement(
  id: string,
  name: string,
  fix: string,
  more: Partial<StatementSeed> = {},
): StatementSeed {
  const ranges = [{ scheme: 'deb', constraint: `< ${fix}`, fix }];
  return { id, provider: 'debian', system: 0, ecosystem: 'deb', name, ranges, ...more };
}

export function foundIds({ findings }: Findings): readonly string[] {
  return findings.map(({ id }) => id);
}
