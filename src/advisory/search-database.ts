import type { Advisory, OperatingSystem } from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';
import { type Manifest, readDatabaseManifest, type ShardEntry, toShardPath } from './manifest.ts';
import { MetaReader } from './meta-reader.ts';
import { META_SHARD, toReleaseKey } from './schema.ts';
import { ShardReader } from './shard-reader.ts';

/** A package or product by name, in one ecosystem or in any. */
export interface SearchedPackage {
  readonly name: string;
  /** Package type, such as `npm`; if absent, any, including products by CPE. */
  readonly ecosystem?: string;
  /** Vendor of a CPE; limits the search to statements about products. */
  readonly vendor?: string;
}

/** Every list that is not empty must match; one matching element per list is enough. */
export interface DatabaseQuery {
  /** Vulnerability IDs, which may also be aliases in the statements. */
  readonly ids: readonly string[];
  readonly packages: readonly SearchedPackage[];
  /** If present, limits the search to statements about these releases. */
  readonly systems?: readonly OperatingSystem[];
}

/**
 * Yields the statements of a database that match a query, in the order of shards and keys. An ID is
 * looked up in each shard; if there are only names, the keys of all rows are read.
 *
 * @param generation The directory in the description of an open database.
 * @throws UserError `E_DB_INVALID` if the database is damaged.
 */
export function* searchDatabase(generation: string, query: DatabaseQuery): Generator<Advisory> {
  const manifest = readDatabaseManifest(generation);
  const systems = indexSystems(generation, manifest);
  for (const shard of manifest.shards.filter((each) => canContain(each, query))) {
    using reader = new ShardReader(shard.name, toShardPath(generation, shard.name));
    const isShardKeyWanted = (key: string): boolean => isKeyWanted(key.split('\0'), shard, query);
    for (const { key, readAdvisories: advisories } of reader.readRows(
      isShardKeyWanted,
      query.ids,
    )) {
      const [release = ''] = key.split('\0');
      const system = shard.kind === 'system' ? systems.get(toSystemKey(shard, release)) : undefined;
      yield* advisories(system).filter((advisory) => isWanted(advisory, query));
    }
  }
}

function toSystemKey({ family }: Pick<ShardEntry, 'family'>, release: string): string {
  return `${foldCase(family)}\0${release}`;
}

function indexSystems(
  generation: string,
  manifest: Manifest,
): ReadonlyMap<string, OperatingSystem> {
  if (!manifest.shards.some(({ name }) => name === META_SHARD)) {
    return new Map();
  }
  using meta = new MetaReader(toShardPath(generation, META_SHARD));
  return new Map(
    meta.releases.systems.map((system) => [
      toSystemKey({ family: system.name }, toReleaseKey(system)),
      system,
    ]),
  );
}

function canContain({ kind, family }: ShardEntry, { systems }: DatabaseQuery): boolean {
  if (systems !== undefined) {
    return kind === 'system' && systems.some(({ name }) => foldCase(name) === foldCase(family));
  }
  return kind === 'system' || kind === 'ecosystem' || kind === 'product';
}

function isKeyWanted(
  parts: readonly string[],
  { kind, family }: ShardEntry,
  { packages, systems }: DatabaseQuery,
): boolean {
  const name = parts.at(-1) ?? '';
  const [release = '', ofSystem = ''] = parts;
  const isReleased =
    systems === undefined || systems.some((each) => toReleaseKey(each) === release);
  const ecosystem = kind === 'system' ? ofSystem : foldCase(family);
  const isNamed = packages.some(
    (one) =>
      foldCase(one.name) === name &&
      (one.vendor === undefined || kind === 'product') &&
      (one.ecosystem === undefined || foldCase(one.ecosystem) === ecosystem),
  );
  return isReleased && (packages.length === 0 || isNamed);
}

function isWanted(advisory: Advisory, { ids, packages }: DatabaseQuery): boolean {
  const vendors = packages.flatMap(({ vendor }) => (vendor === undefined ? [] : [vendor]));
  const known = [advisory.vulnerability, ...advisory.aliases, ...advisory.cves];
  return (
    (ids.length === 0 || ids.some((id) => known.includes(id))) &&
    (advisory.product === undefined ||
      vendors.length === 0 ||
      vendors.includes(advisory.product.vendor))
  );
}
