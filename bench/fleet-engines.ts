import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreSetting } from '../src/server/store/store.ts';
import { createTestDatabase, POSTGRESQL_SKIP, startCluster } from '../test/support/postgresql.ts';
import type { FleetSize } from './fleet-world.ts';

/** Options of the benchmarks of a fleet, for `parseArgs`. */
export const FLEET_OPTIONS = {
  images: { type: 'string', default: '100000' },
  components: { type: 'string', default: '50000' },
  each: { type: 'string', default: '250' },
  engine: { type: 'string', default: 'sqlite,postgresql' },
} as const;

type FleetFlags = Readonly<Record<keyof typeof FLEET_OPTIONS, string>>;

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export async function measureTime(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function findPercentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Measures a fleet on each engine, in an empty directory. Prints the load of the machine. */
export async function measureOnEngines(
  flags: FleetFlags,
  measure: (setting: StoreSetting, size: FleetSize) => Promise<void>,
): Promise<void> {
  const size = {
    images: Number(flags.images),
    components: Number(flags.components),
    each: Number(flags.each),
  };
  const { node } = process.versions;
  print(`${size.images} images × ${size.each}, ${size.components} components; Node ${node}`);
  for (const engine of flags.engine.split(',')) {
    await using resources = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-fleet-'));
    resources.defer(() => rmSync(folder, { recursive: true, force: true }));
    if (engine === 'postgresql' && POSTGRESQL_SKIP !== false) {
      print(`postgresql: skipped, ${POSTGRESQL_SKIP}`);
      continue;
    }
    const cluster =
      engine === 'postgresql' ? resources.use(startCluster({ isDurable: true })) : undefined;
    const test =
      cluster === undefined ? undefined : resources.use(await createTestDatabase(cluster.folder));
    print(`${engine} (load ${loadavg()[0]?.toFixed(1)}):`);
    await measure({ folder, ...(test === undefined ? {} : { databaseUrl: test.url }) }, size);
    print(`  load at the end: ${loadavg()[0]?.toFixed(1)}`);
  }
}
