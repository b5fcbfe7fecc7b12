import type { StoreSetting } from '../../src/server/store/store.ts';
import { createTestDatabase, POSTGRESQL_SKIP } from './postgresql.ts';

export interface TestEngine {
  readonly name: string;
  /** A reason to skip its tests; `false` to run them. */
  readonly skip: string | false;
  /** Creates an empty store, which is removed with the resources. */
  create(resources: AsyncDisposableStack): Promise<Pick<StoreSetting, 'databaseUrl'>>;
}

/** Every engine of the store: tests of the store run on each. */
export const STORE_ENGINES: readonly TestEngine[] = [
  { name: 'SQLite', skip: false, create: async () => ({}) },
  {
    name: 'PostgreSQL',
    skip: POSTGRESQL_SKIP,
    create: async (resources) => ({ databaseUrl: resources.use(await createTestDatabase()).url }),
  },
];
