import { addToList } from '../core/add-to-list.ts';
import type { Advisory, OperatingSystem } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { foldCase } from '../core/fold-case.ts';
import { findAbsentShards } from './absent-shards.ts';
import { listLayers } from './layer.ts';
import { LayerReader, parseShardName } from './layer-reader.ts';
import type { ShardEntry } from './manifest.ts';
import {
  META_SHARD,
  PRODUCT_SHARD,
  RECORDS_SHARD,
  toEcosystemShard,
  toReleaseKey,
  toSubject,
  toSystemShard,
} from './schema.ts';
import type { SubjectStatements } from './shard-reader.ts';

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
 * IDs and names are looked up in each shard.
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
 * order of shards, packages and releases.
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
    const bySubject = new Map<string, SearchedSubject[]>();
    for (const layer of layers) {
      const shard = layer.manifest.shards.find((one) => one.name === name);
      for (const found of shard === undefined ? [] : listSubjects(layer, shard, query)) {
        addToList(bySubject, found.subject, found);
      }
    }
    for (const subject of [...bySubject.keys()].toSorted(compareText)) {
      const rows = (bySubject.get(subject) ?? []).flatMap((found) => [...found.readRows()]);
      yield* groupByRelease(rows);
    }
  }
}

function* groupByRelease(rows: readonly Row[]): Generator<readonly Advisory[]> {
  const byRelease = Map.groupBy(rows, ({ release }) => release);
  for (const release of [...byRelease.keys()].toSorted(compareText)) {
    yield (byRelease.get(release) ?? []).flatMap(({ advisories }) => advisories);
  }
}

function* searchLayer(layer: LayerReader, query: DatabaseQuery): Generator<Advisory> {
  for (const shard of layer.manifest.shards) {
    for (const { readRows } of listSubjects(layer, shard, query)) {
      for (const { advisories } of readRows()) {
        yield* advisories;
      }
    }
  }
}

/** Statements about a package in one release that match a query; there are some. */
interface Row {
  readonly release: string;
  readonly advisories: readonly Advisory[];
}

interface SearchedSubject {
  readonly subject: string;
  readonly readRows: () => Iterable<Row>;
}

/** Yields the packages or products of a shard that can match a query. */
function* listSubjects(
  layer: LayerReader,
  shard: ShardEntry,
  query: DatabaseQuery,
): Generator<SearchedSubject> {
  if (!canContain(shard, query)) {
    return;
  }
  const systems = indexSystems(layer);
  const names = query.packages.map(({ name }) => name);
  const subjects = layer.openShard(shard.name)?.listSubjects({ ids: query.ids, names }) ?? [];
  for (const { subject, readStatements } of subjects) {
    if (isSubjectWanted(subject, shard, query)) {
      const readRows = () => selectRows(readStatements(), shard, { query, systems });
      yield { subject, readRows };
    }
  }
}

function* selectRows(
  statements: SubjectStatements,
  shard: ShardEntry,
  { query, systems }: { readonly query: DatabaseQuery; readonly systems: SystemsByKey },
): Generator<Row> {
  const wanted = query.systems?.map(toReleaseKey);
  for (const [release, all] of [...statements].sort(([a], [b]) => compareText(a, b))) {
    const found = all.filter((advisory) => isWanted(advisory, query));
    if (found.length > 0 && (wanted?.includes(release) ?? true)) {
      const operatingSystem =
        shard.kind === 'system' ? systems.get(toSystemKey(shard, release)) : undefined;
      const advisories =
        operatingSystem === undefined
          ? found
          : found.map((advisory) => ({ ...advisory, operatingSystem }));
      yield { release, advisories };
    }
  }
}

type SystemsByKey = ReadonlyMap<string, OperatingSystem>;

function toSystemKey({ family }: Pick<ShardEntry, 'family'>, release: string): string {
  return `${foldCase(family)}\0${release}`;
}

function indexSystems({ manifest, meta }: LayerReader): SystemsByKey {
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

/** Lists the shards that are not installed and that can have statements that match a query. */
export function listUnsearchedShards(folder: string, query: DatabaseQuery): readonly string[] {
  return findAbsentShards(folder).filter((shard) =>
    canContainUnread(parseShardName(shard).name, query),
  );
}

/** Of an absent shard, only the name is known. */
function canContainUnread(shard: string, { systems, packages }: DatabaseQuery): boolean {
  if (shard === RECORDS_SHARD) {
    return false;
  }
  if (systems !== undefined) {
    return systems.some(({ name }) => toSystemShard(name) === shard);
  }
  return (
    packages.length === 0 ||
    packages.some(({ vendor, ecosystem }) => {
      if (vendor !== undefined) {
        return shard === PRODUCT_SHARD;
      }
      const isOfEcosystem = shard === PRODUCT_SHARD || shard.startsWith(toEcosystemShard(''));
      return ecosystem === undefined || !isOfEcosystem || shard === toEcosystemShard(ecosystem);
    })
  );
}

/** Returns whether a shard can have statements that match a query. */
export function canContain(
  { kind, family }: ShardEntry,
  { systems }: Pick<DatabaseQuery, 'systems'> | { readonly systems: undefined },
): boolean {
  if (systems !== undefined) {
    return kind === 'system' && systems.some(({ name }) => foldCase(name) === foldCase(family));
  }
  return kind === 'system' || kind === 'ecosystem' || kind === 'product';
}

function isSubjectWanted(
  subject: string,
  { kind, family }: ShardEntry,
  { packages }: DatabaseQuery,
): boolean {
  const isOfSystem = kind === 'system';
  const ecosystem = isOfSystem ? subject.split('\0', 1)[0] : foldCase(family);
  return (
    packages.length === 0 ||
    packages.some(
      (one) =>
        toSubject(kind, isOfSystem ? (ecosystem ?? '') : '', one.name) === subject &&
        (one.vendor === undefined || kind === 'product') &&
        (one.ecosystem === undefined || foldCase(one.ecosystem) === ecosystem),
    )
  );
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
