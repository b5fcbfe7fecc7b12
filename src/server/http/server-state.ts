import { assert } from '../../foundation/core/assert.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { AdvisoryTimes } from '../engine/advisory-age.ts';
import type { Store } from '../store/store.ts';
import { type HealthServer, startHealthServer } from './health-server.ts';
import { type Metrics, writeMetrics } from './metrics.ts';
import type { TenantSetting } from './serve-setting.ts';

/** The state of one tenant that health checks report. */
export interface TenantState {
  readonly tenant: TenantSetting;
  readonly metrics: Metrics;
  /** Absent until its store is open. */
  reader?: Store;
  /** Times of its advisory database and of its sources; absent before the first check. */
  advisoryTimes?: AdvisoryTimes;
}

/** The state of the server that health checks report. */
export interface ServerState {
  /** The default tenant first. */
  readonly tenants: readonly TenantState[];
  isEnding: boolean;
}

/** Starts the health checks before the stores are opened, because their update may take long. */
export async function startHealth(
  health: { readonly host: string; readonly port: number },
  state: ServerState,
  getTime: () => number,
): Promise<HealthServer> {
  const { tenants } = state;
  const isStarted = (): boolean => tenants.every(({ reader }) => reader !== undefined);
  const isAlone = tenants.length === 1;
  return await startHealthServer(health, {
    isStarted,
    findObstacle: async () => {
      if (state.isEnding || !isStarted()) {
        return state.isEnding ? 'the server is ending' : 'the server is starting';
      }
      for (const { reader } of tenants) {
        await reader?.db.selectFrom('store').select('version').executeTakeFirst();
      }
      return undefined;
    },
    writeMetrics: async () => {
      const lists = tenants.map(async ({ tenant, metrics, reader, advisoryTimes }) => {
        assert(reader !== undefined, 'metrics are read from the store');
        const list = await metrics.listMetrics(reader.db, advisoryTimes, getTime());
        return { metrics: list, ...defined({ tenant: isAlone ? undefined : tenant.name }) };
      });
      return writeMetrics(await Promise.all(lists));
    },
  });
}
