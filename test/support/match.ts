import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import type { Findings } from '../../src/foundation/core/finding.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { createGrypeStrategy } from '../../src/report/compat/grype/parity/grype-strategy.ts';
import type { QuirkId } from '../../src/report/compat/grype/parity/quirks.data.ts';
import {
  type MatchOptions,
  matchInventory,
} from '../../src/vulnerability/match/match-inventory.ts';
import { createDatabase, type DatabaseSeed, type StatementSeed } from './advisory-database.ts';
import { createInventory, type InventorySeed } from './inventory.ts';

/** A release of Debian in the form of a database and of an os-release file. */
export const DEBIAN = { name: 'debian', major: '12', endOfLife: '2026-07-11 00:00:00+00:00' };
export const DEBIAN_12 = { id: 'debian', versionId: '12' };

/** Matches packages with statements. */
export async function matchSeeds(
  inventory: InventorySeed,
  seed: DatabaseSeed,
  options: TestMatchOptions = {},
): Promise<Findings> {
  using database = await createDatabase(seed);
  return matchPackages(createInventory(inventory), database, options);
}

/** Options of matching that name Grype's strategy instead of containing it. */
export interface TestMatchOptions extends Omit<MatchOptions, 'strategy'> {
  readonly isParity?: boolean;
  /** Enables only these quirks of Grype. */
  readonly quirks?: readonly QuirkId[];
}

/** Matches in the default mode or as Grype does. */
export function matchPackages(
  inventory: Inventory,
  database: AdvisoryDatabase,
  { isParity = false, quirks, ...options }: TestMatchOptions,
): Findings {
  const strategy = isParity ? { strategy: createGrypeStrategy(quirks) } : {};
  return matchInventory(inventory, database, { ...options, ...strategy });
}

/** Creates a Debian statement about a package of the first release with a fixed version. */
export function createDebStatement(
  id: string,
  name: string,
  fix: string,
  more: Partial<StatementSeed> = {},
): StatementSeed {
  const ranges = [{ scheme: 'deb', constraint: `< ${fix}`, fix }];
  return { id, provider: 'debian', system: 0, ecosystem: 'deb', name, ranges, ...more };
}

export function listFoundIds({ findings }: Findings): readonly string[] {
  return findings.map(({ id }) => id);
}
