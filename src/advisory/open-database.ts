import type {
  Advisory,
  AdvisoryDatabase,
  DatabaseDescription,
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  ProductLifecycle,
  RecordRef,
  SsvcDecision,
  SystemCoverage,
  UsedProvider,
  VulnerabilityRecord,
  Weakness,
} from '../core/advisory.ts';
import { assert } from '../core/assert.ts';
import { compareText } from '../core/compare-text.ts';
import type { Distro } from '../core/distro.ts';
import { UserError } from '../core/error.ts';
import { foldCase } from '../core/fold-case.ts';
import { LOOKUP_ENTRIES_MAX } from '../core/limits.ts';
import { describeLayers } from './describe-database.ts';
import { listLayers } from './layer.ts';
import { LayerReader, parseShardName } from './layer-reader.ts';
import { mergeAdvisories, mergeEqual, mergeReleases } from './merge-layers.ts';
import { type ReleaseTables, resolveReleases } from './resolve-release.ts';
import {
  PRODUCT_SHARD,
  toEcosystemShard,
  toRecordKey,
  toReleaseKey,
  toSubject,
  toSystemShard,
} from './schema.ts';

/** Returns whether a directory has a database, valid or not. */
export function hasDatabase(folder: string): boolean {
  return listLayers(folder).length > 0;
}

/**
 * Opens the current generations of all layers of a database directory. It compares the sizes of
 * all shards at once, opens each one on first use, and verifies what is read of it.
 *
 * @throws UserError `E_DB_MISSING` if there is none, `E_DB_INVALID` if it is damaged.
 */
export function openDatabase(folder: string): AdvisoryDatabase {
  const layers = listLayers(folder);
  if (layers.length === 0) {
    throw new UserError('E_DB_MISSING', `no advisory database found in "${folder}"`, {
      hint: 'import one: plimsoll db import FILE',
    });
  }
  try {
    return new LayeredDatabase(layers.map((layer) => new LayerReader(layer)));
  } catch (error) {
    // An import may have replaced and removed a generation since the pointers were read.
    const again = listLayers(folder);
    const isSame = again.every(({ generation }, at) => generation === layers[at]?.generation);
    if (isSame) {
      throw error;
    }
    return new LayeredDatabase(again.map((layer) => new LayerReader(layer)));
  }
}

/** Lists that several layers contribute to. */
interface MergedTables {
  readonly releases: ReleaseTables;
  readonly architectureAliases: ReadonlyMap<string, string>;
  readonly ecosystems: ReadonlyMap<string, string>;
}

class LayeredDatabase implements AdvisoryDatabase {
  readonly description: DatabaseDescription;
  /** In the order of precedence. */
  readonly #layers: readonly LayerReader[];
  readonly #releaseKeys = new WeakMap<OperatingSystem, string>();
  /** Cache of shard names by family or ecosystem: building one takes longer than a look-up. */
  readonly #systemShards = new Map<string, string>();
  readonly #ecosystemShards = new Map<string, string>();
  /** Places of records by the key of their ID; `undefined`: the database has no such record. */
  readonly #located = new Map<string, RecordRef | undefined>();
  #tables: MergedTables | undefined;

  constructor(layers: readonly LayerReader[]) {
    this.#layers = layers;
    this.description = describeLayers(layers);
  }

  get architectureAliases(): ReadonlyMap<string, string> {
    return this.#getTables().architectureAliases;
  }

  listReleases(distro: Distro, channel = ''): readonly OperatingSystem[] {
    const { releases } = this.#getTables();
    const options = { channel, isReplaced: true, isWidened: true, isStated: true };
    return resolveReleases(distro, releases, options);
  }

  listOwnReleases(distro: Distro, channel = ''): readonly OperatingSystem[] {
    const { releases } = this.#getTables();
    return resolveReleases(distro, releases, { channel, isReplaced: false, isWidened: true });
  }

  getCoverage(system: OperatingSystem): SystemCoverage | undefined {
    return this.#getTables().releases.coverage?.get(system.id);
  }

  countMostStatements({ name }: OperatingSystem): number {
    const { systems, coverage } = this.#getTables().releases;
    return systems
      .filter((system) => system.name === name)
      .reduce((most, { id }) => Math.max(most, coverage?.get(id)?.statements ?? 0), 0);
  }

  findLifecycle(distro: Distro): OperatingSystem | undefined {
    const { releases } = this.#getTables();
    return resolveReleases(distro, releases, { isReplaced: false, isWidened: false })[0];
  }

  listLifecycles(): readonly ProductLifecycle[] {
    const all = this.#layers.flatMap(({ meta }) => meta.listLifecycles());
    // The first layer that has a product takes precedence.
    return [...new Map(all.toReversed().map((one) => [one.product, one])).values()].sort(
      (left, right) => compareText(left.product, right.product),
    );
  }

  hasSystemPackages(system: OperatingSystem, ecosystem: string): boolean {
    const filedUnder = this.#resolveEcosystem(ecosystem);
    const release = this.#getReleaseKey(system);
    return this.#hasStatements(toSystemShard(system.name), release, filedUnder);
  }

  hasPackages(ecosystem: string): boolean {
    return this.#hasStatements(toEcosystemShard(this.#resolveEcosystem(ecosystem)), '', '');
  }

  hasProducts(): boolean {
    return this.#hasStatements(PRODUCT_SHARD, '', '');
  }

  findSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[] {
    const family = system.name;
    const shard = this.#systemShards.get(family) ?? toSystemShard(family);
    this.#systemShards.set(family, shard);
    const filedUnder = this.#resolveEcosystem(ecosystem);
    const subject = toSubject('system', filedUnder, name);
    return this.#readAdvisories(shard, subject, system);
  }

  findPackage(ecosystem: string, name: string): readonly Advisory[] {
    const known = this.#ecosystemShards.get(ecosystem);
    const shard = known ?? toEcosystemShard(this.#resolveEcosystem(ecosystem));
    this.#ecosystemShards.set(ecosystem, shard);
    return this.#readAdvisories(shard, toSubject('ecosystem', '', name), undefined);
  }

  findProduct(product: string): readonly Advisory[] {
    return this.#readAdvisories(PRODUCT_SHARD, toSubject('product', '', product), undefined);
  }

  readRecord(ref: RecordRef): VulnerabilityRecord {
    const { layerId, name } = parseShardName(ref.shard);
    const shard = this.#layers.find(({ id }) => id === layerId)?.openShard(name);
    assert(shard !== undefined, `a record lies in a shard of its database, not in ${ref.shard}`);
    return shard.readRecord(ref.key);
  }

  findRecord(provider: string, id: string): VulnerabilityRecord | undefined {
    const key = toRecordKey(provider, id);
    if (!this.#located.has(key)) {
      this.locateRecords(provider, [id]);
    }
    const ref = this.#located.get(key);
    return ref && this.readRecord(ref);
  }

  locateRecords(provider: string, ids: readonly string[]): ReadonlyMap<string, RecordRef> {
    const idByKey = new Map(ids.map((id) => [toRecordKey(provider, id), id]));
    const keys = [...idByKey.keys()];
    const located = this.#layers.map((layer) => layer.locateRecords(keys));
    const found = new Map<string, RecordRef>();
    if (this.#located.size + keys.length > LOOKUP_ENTRIES_MAX) {
      this.#located.clear();
    }
    for (const [key, id] of idByKey) {
      const place = located.find((refs) => refs.has(key))?.get(key);
      const ref = place !== undefined && this.#isMissing(place) ? undefined : place;
      this.#located.set(key, ref);
      if (ref !== undefined) {
        found.set(id, ref);
      }
    }
    return found;
  }

  readFacts(cves: readonly string[]): void {
    for (const { meta } of this.#layers) {
      meta.readFacts(cves);
    }
  }

  readExploited(cve: string): readonly ExploitedRecord[] {
    return mergeEqual(this.#layers.map(({ meta }) => meta.readExploited(cve)));
  }

  readEpss(cve: string): EpssScore | undefined {
    const scores = this.#layers.flatMap(({ meta }) => meta.readEpss(cve) ?? []);
    return scores.toSorted((left, right) => compareText(right.date, left.date))[0];
  }

  readWeaknesses(cve: string): readonly Weakness[] {
    return mergeEqual(this.#layers.map(({ meta }) => meta.readWeaknesses(cve)));
  }

  readSsvc(cve: string): readonly SsvcDecision[] {
    return mergeEqual(this.#layers.map(({ meta }) => meta.readSsvc(cve)));
  }

  listUsedProviders(): readonly UsedProvider[] {
    return this.#layers.flatMap((layer) => layer.listUsedProviders());
  }

  listMissingShards(): readonly string[] {
    return this.#layers.flatMap((layer) => layer.listMissingShards());
  }

  [Symbol.dispose](): void {
    for (const layer of this.#layers) {
      layer[Symbol.dispose]();
    }
    this.#tables = undefined;
  }

  #readAdvisories(
    shard: string,
    subject: string,
    system: OperatingSystem | undefined,
  ): readonly Advisory[] {
    this.#noteNeeded(shard);
    const release = system === undefined ? '' : this.#getReleaseKey(system);
    return mergeAdvisories(
      this.#layers.map(
        (layer) => layer.openShard(shard)?.readAdvisories(subject, release, system) ?? [],
      ),
    );
  }

  #hasStatements(shard: string, release: string, ecosystem: string): boolean {
    this.#noteNeeded(shard);
    return this.#layers.some(
      (layer) => layer.openShard(shard)?.hasStatements(release, ecosystem) ?? false,
    );
  }

  /** Remembers the layers that lack a shard although they should have it. */
  #noteNeeded(shard: string): void {
    for (const layer of this.#layers) {
      layer.noteMissing(shard);
    }
  }

  /** Returns whether the shard of a record is not installed, and remembers it. */
  #isMissing({ shard }: RecordRef): boolean {
    const { layerId, name } = parseShardName(shard);
    return this.#layers.find(({ id }) => id === layerId)?.noteMissing(name) ?? false;
  }

  /** Returns the ecosystem that the statements about an alias are stored under. */
  #resolveEcosystem(ecosystem: string): string {
    return this.#getTables().ecosystems.get(foldCase(ecosystem)) ?? ecosystem;
  }

  /** The order of the base's systems and rules determines results, so it comes first. */
  #getTables(): MergedTables {
    if (this.#tables === undefined) {
      const metas = this.#layers.map(({ meta }) => meta).toReversed();
      const mergeMaps = (maps: readonly ReadonlyMap<string, string>[]) =>
        new Map(maps.toReversed().flatMap((map) => [...map]));
      this.#tables = {
        releases: mergeReleases(metas.map(({ releases }) => releases)),
        architectureAliases: mergeMaps(metas.map((meta) => meta.architectureAliases)),
        ecosystems: mergeMaps(metas.map(({ ecosystems }) => ecosystems)),
      };
    }
    return this.#tables;
  }

  #getReleaseKey(system: OperatingSystem): string {
    const known = this.#releaseKeys.get(system);
    if (known !== undefined) {
      return known;
    }
    const key = toReleaseKey(system);
    this.#releaseKeys.set(system, key);
    return key;
  }
}
