import { countVersion, findOldest, MIGRATIONS } from '../store/sql/migrations.ts';
import { readStoreVersion, type StoreSetting } from '../store/store.ts';

export interface MigrationPlan {
  /** `undefined` for a store that does not exist yet. */
  readonly version: number | undefined;
  readonly target: number;
  /** Phrases, in order. */
  readonly steps: readonly string[];
  /** The oldest version whose programs may use the store afterwards. */
  readonly oldest: number;
}

/** Lists the changes of the tables that opening a store would make, without making them. */
export async function planMigration(
  setting: StoreSetting,
  migrations = MIGRATIONS,
): Promise<MigrationPlan> {
  const version = await readStoreVersion(setting);
  const steps = version === undefined ? [] : migrations.slice(version - 1);
  return {
    version,
    target: countVersion(migrations),
    steps: steps.map(({ title }) => title),
    oldest: findOldest(migrations),
  };
}
