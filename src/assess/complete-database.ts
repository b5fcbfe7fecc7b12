import type { AdvisoryDatabase } from '../foundation/core/advisory.ts';
import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Alert } from '../foundation/core/finding.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import type { Limits } from '../foundation/core/limits.ts';
import { findAbsentShards } from '../vulnerability/advisory/absent-shards.ts';
import { openDatabase } from '../vulnerability/advisory/open-database.ts';
import { isRefreshDue, refreshDatabase } from './database-refresh.ts';
import { evaluate } from './evaluate.ts';
import type { Ports } from './ports.ts';
import type { PipelineRequest } from './request.ts';

/** A shard may name records in another one, so a few rounds can be needed. */
const ROUNDS_MAX = 5;

interface Setting {
  readonly ports: Ports;
  readonly limits: Limits;
}

/** Returns whether shards of a database are not installed. */
export function isPartialDatabase(folder: string): boolean {
  return findAbsentShards(folder).length > 0;
}

/**
 * Refreshes the database if that is due. If the database is signed, only the shards that the
 * inventories need are downloaded.
 *
 * @returns alerts about failures, which do not end the run
 */
export async function prepareDatabase(
  inventories: readonly Inventory[],
  request: Pick<PipelineRequest, 'database' | 'strategy' | 'isByCve'>,
  { ports, limits }: Setting,
): Promise<readonly Alert[]> {
  const { database } = request;
  if (database?.refresh === undefined) {
    return [];
  }
  const alerts = isRefreshDue(database, ports)
    ? await refreshDatabase(database, ports, { limits, isPartial: true })
    : [];
  if (ports.network.isOffline === true) {
    return alerts;
  }
  const failures: Alert[] = [];
  await installNeededShards(inventories, request, ports, async (neededShards) => {
    failures.push(...(await refreshDatabase(database, ports, { limits, neededShards })));
    return failures.length === 0;
  });
  return [...alerts, ...failures];
}

/**
 * Passes absent shards that matching the inventories asks for to `install`, until there are none or
 * it returns false. Returns whether there were any.
 */
export async function installNeededShards(
  inventories: readonly Inventory[],
  request: Pick<PipelineRequest, 'database' | 'strategy' | 'isByCve'>,
  ports: Pick<Ports, 'now'>,
  install: (names: readonly string[]) => Promise<boolean>,
): Promise<boolean> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const names = listNeededShards(inventories, request, ports);
    if (names.length === 0) {
      return round > 0;
    }
    if (!(await install(names))) {
      break;
    }
  }
  return true;
}

/** Returns the absent shards that are needed to match the inventories. */
function listNeededShards(
  inventories: readonly Inventory[],
  {
    database,
    strategy,
    isByCve = false,
  }: Pick<PipelineRequest, 'database' | 'strategy' | 'isByCve'>,
  { now }: Pick<Ports, 'now'>,
): readonly string[] {
  if (database === undefined || !isPartialDatabase(database.folder)) {
    return [];
  }
  try {
    using opened = openDatabase(database.folder);
    for (const inventory of inventories) {
      evaluate(inventory, opened, { isByCve, now, ...defined({ strategy }) });
    }
    return opened.listMissingShards();
  } catch (error) {
    // The run opens the database again and reports the error.
    if (error instanceof UserError) {
      return [];
    }
    throw error;
  }
}

/** Returns an alert if a run needed shards that are not installed. */
export function listMissingAlerts(
  database: Pick<AdvisoryDatabase, 'listMissingShards'>,
): readonly Alert[] {
  const missing = database.listMissingShards();
  if (missing.length === 0) {
    return [];
  }
  const message = `the advisory database lacks shards that the target needs: ${missing.join(', ')}`;
  return [{ kind: 'database-missing', message, packageKeys: [] }];
}
