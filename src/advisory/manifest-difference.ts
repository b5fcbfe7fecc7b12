import type { SystemCoverage } from '../core/advisory.ts';
import { findComputedValues } from './computed-schema.ts';
import { countShard, type ShardCount } from './count-shard.ts';
import { NO_COUNTS, NO_COVERAGE, toCoverageKey } from './database-writer.ts';
import { type Manifest, type ShardEntry, toShardPath } from './manifest.ts';
import { openImmutable } from './open-immutable.ts';
import { hasPageFiles, openMeta, openPages, type ShardFolder } from './open-shard.ts';
import {
  META_SHARD,
  PRODUCT_SHARD,
  RECORDS_SHARD,
  SCORES_SHARD,
  toEcosystemShard,
  toReleaseKey,
  toSystemShard,
} from './schema.ts';
import { countSqliteShard } from './schema-3/count-shard.ts';
import { readSafely } from './shard-reader.ts';

const NOTHING_COUNTED: ShardCount = { counts: NO_COUNTS, providers: [], coverage: new Map() };

/**
 * Compares a manifest from elsewhere with the rows of its shards, which are all read once. Returns
 * the first difference, such as `has 3 "affected" in the shard os-debian, but its manifest declares
 * 900`: counts that only the manifest declares could hide a loss of statements.
 *
 * @throws UserError `E_DB_INVALID` if a shard is damaged
 */
export function findManifestDifference(folder: string, manifest: Manifest): string | undefined {
  const counted = new Map<string, SystemCoverage>();
  const names = new Set<string>();
  for (const shard of manifest.shards) {
    const { name, kind, family } = shard;
    if (names.has(name) || name !== toShardName(shard)) {
      return `lists the shard ${name} twice or with another kind or family`;
    }
    names.add(name);
    const computed = hasPageFiles(manifest) ? undefined : findComputedFile(folder, name);
    if (computed !== undefined) {
      return `has the shard ${name}, in which ${computed}`;
    }
    const count = readSafely(name, () => countEntries({ folder, manifest }, shard));
    const difference = findDifference(shard, count);
    if (difference !== undefined) {
      return difference;
    }
    for (const [release, coverage] of kind === 'system' ? count.coverage : []) {
      counted.set(toCoverageKey(family, release), coverage);
    }
  }
  return names.has(META_SHARD)
    ? findCoverageDifference({ folder, manifest }, counted)
    : 'has no shard "meta"';
}

function findComputedFile(folder: string, name: string): string | undefined {
  return readSafely(name, () => {
    using database = openImmutable(toShardPath(folder, name));
    return findComputedValues(database);
  });
}

function countEntries({ folder, manifest }: ShardFolder, shard: ShardEntry): ShardCount {
  const { name, kind } = shard;
  if (kind === 'meta' || kind === 'scores') {
    return NOTHING_COUNTED;
  }
  if (!hasPageFiles(manifest)) {
    return countSqliteShard(name, toShardPath(folder, name));
  }
  using file = openPages(folder, shard);
  return countShard(file);
}

function toShardName({ kind, family }: ShardEntry): string | undefined {
  switch (kind) {
    case 'system':
      return toSystemShard(family);
    case 'ecosystem':
      return toEcosystemShard(family);
    case 'product':
      return PRODUCT_SHARD;
    case 'records':
      return RECORDS_SHARD;
    case 'meta':
      return META_SHARD;
    case 'scores':
      return SCORES_SHARD;
    default:
      return undefined;
  }
}

function findDifference(shard: ShardEntry, count: ShardCount): string | undefined {
  const declared = new Map<string, unknown>(
    Object.entries({ ...shard.counts, providers: shard.providers }),
  );
  const found = { ...count.counts, providers: count.providers };
  for (const [member, value] of Object.entries(found)) {
    const [left, right] = [JSON.stringify(value), JSON.stringify(declared.get(member))];
    if (left !== right) {
      return `has ${left} "${member}" in the shard ${shard.name}, but its manifest declares ${right}`;
    }
  }
  return undefined;
}

/** The shard `meta` repeats the counts of each release, which decide whether it is covered. */
function findCoverageDifference(
  shards: ShardFolder,
  counted: ReadonlyMap<string, SystemCoverage>,
): string | undefined {
  using meta = openMeta(shards);
  const { systems, coverage } = meta.releases;
  for (const system of systems) {
    const release = toReleaseKey(system);
    const declared = coverage?.get(system.id);
    const found = counted.get(toCoverageKey(system.name, release)) ?? NO_COVERAGE;
    if (declared?.statements !== found.statements || declared.unfixed !== found.unfixed) {
      return `has ${found.statements} statements (${found.unfixed} unfixed) about ${system.name} ${release}, but its shard "meta" declares ${declared?.statements} (${declared?.unfixed} unfixed)`;
    }
  }
  return undefined;
}
