import { addToList } from '../core/add-to-list.ts';
import type { Advisory, OperatingSystem } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { foldCase } from '../core/fold-case.ts';
import { listLayers } from './layer.ts';
import { LayerReader } from './layer-reader.ts';
import type { ShardEntry } from './manifest.ts';
import { META_SHARD, toReleaseKey } from './schema.ts';

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
 * Yields the statements of a database that match a query, in the order of layers, shards and keys.
 * An ID is looked up in each shard; if there are only names, the keys of all rows are read.
 *
 * @param folder Directory of a database.
 * @throws UserError `E_DB_INVALID` if the database is damaged.
 */
export function* searchDatabase(folder: string, query: DatabaseQuery): Generator<Advisory> {
  for (const layer of listLayers(folder)) {
    using reader = new LayerReader(layer);
    yield* searchLayer(reader, query);
  }
}

/**
 * Yields the statements of all layers that match a query, those about one package together, in the
 * order of shards and keys.
 *
 * @param folder Directory of a database.
 * @throws UserError `E_DB_INVALID` if the database is damaged.
 */
export function* searchPackages(
  folder: string,
  query: DatabaseQuery,
): Generator<readonly Advisory[]> {
  using stack = new DisposableStack();
  const layers = listLayers(folder).map((layer) => stack.use(new LayerReader(layer)));
  const names = new Set(layers.flatMap(({ manifest }) => manifest.shards.map(({ name }) => name)));
  for (const name of [...names].toSorted(compareText)) {
    const byKey = new Map<string, Row[]>();
    for (const layer of layers) {
      const shard = layer.manifest.shards.find((one) => one.name === name);
      for (const row of shard === undefined ? [] : listRows(layer, shard, query)) {
        addToList(byKey, row.key, row);
      }
    }
    for (const key of [...byKey.keys()].toSorted(compareText)) {
      const found = (byKey.get(key) ?? []).flatMap((row) => row.readAdvisories());
      if (found.length > 0) {
        yield found;
      }
    }
  }
}

function* searchLayer(layer: LayerReader, query: DatabaseQuery): Generator<Advisory> {
  for (const shard of layer.manifest.shards) {
    for (const { readAdvisories } of listRows(layer, shard, query)) {
      yield* readAdvisories();
    }
  }
}

interface Row {
  readonly key: string;
  /** Returns the statements under the key that match the query. */
  readAdvisories(): readonly Advisory[];
}

/** Yields the rows of a shard that can match a query. */
function* listRows(layer: LayerReader, shard: ShardEntry, query: DatabaseQuery): Generator<Row> {
  if (!canContain(shard, query)) {
    return;
  }
  const systems = indexSystems(layer);
  const isShardKeyWanted = (key: string): boolean => isKeyWanted(key.split('\0'), shard, query);
  const rows = layer.openShard(shard.name)?.readRows(isShardKeyWanted, query.ids) ?? [];
  for (const { key, readAdvisories } of rows) {
    const [release = ''] = key.split('\0');
    const system = shard.kind === 'system' ? systems.get(toSystemKey(shard, release)) : undefined;
    yield {
      key,
      readAdvisories: () => readAdvisories(system).filter((advisory) => isWanted(advisory, query)),
    };
  }
}

function toSystemKey({ family }: Pick<ShardEntry, 'family'>, release: string): string {
  return `${foldCase(family)}\0${release}`;
}

function indexSystems({ manifest, meta }: LayerReader): ReadonlyMap<string, OperatingSystem> {
  if (!manifest.shards.some(({ name }) => name === META_SHARD)) {
    return new Map();
  }
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
