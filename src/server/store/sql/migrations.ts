import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import type { StoreEngine } from './store-engine.ts';

/** A change of the tables. Migrations only go forward, and each keeps all rows. */
export interface Migration {
  /** A phrase that describes its effect. */
  readonly title: string;
  /** Whether programs of the version before may go on to use the store, until they are replaced. */
  readonly keepsOlder?: boolean;
  run(db: Kysely<Tables>, engine: StoreEngine): Promise<void>;
}

/** The first one leads from version 1 to version 2. `SCHEMA` has the tables after the last one. */
export const MIGRATIONS: readonly Migration[] = [];

/** Returns the version of a store after some migrations. */
export function countVersion(migrations: readonly Migration[]): number {
  return 1 + migrations.length;
}

/** Returns the oldest version whose programs may use a store after some migrations. */
export function findOldest(migrations: readonly Migration[]): number {
  return countVersion(
    migrations.slice(0, migrations.findLastIndex(({ keepsOlder = false }) => !keepsOlder) + 1),
  );
}

/** Version of the stores of this program. */
export const STORE_VERSION = countVersion(MIGRATIONS);
