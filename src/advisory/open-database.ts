import fs from 'node:fs';
import path from 'node:path';
import type {
  Advisory,
  AdvisoryDatabase,
  DatabaseDescription,
  OperatingSystem,
  RecordRef,
  SystemCoverage,
  VulnerabilityRecord,
} from '../core/advisory.ts';
import { assert } from '../core/assert.ts';
import type { Distro } from '../core/distro.ts';
import { UserError } from '../core/error.ts';
import { foldCase } from '../core/fold-case.ts';
import { digestFile } from './digest-file.ts';
import { findCurrentGeneration } from './generation.ts';
import {
  type Manifest,
  REIMPORT_HINT,
  readDatabaseManifest,
  type ShardEntry,
  toShardPath,
} from './manifest.ts';
import { MetaReader } from './meta-reader.ts';
import { resolveReleases } from './resolve-release.ts';
import {
  META_SHARD,
  PRODUCT_SHARD,
  toEcosystemShard,
  toRecordIdKey,
  toReleaseKey,
  toSystemPackageKey,
  toSystemShard,
} from './schema.ts';
import { ShardReader } from './shard-reader.ts';

/** Content of the `db status` report, for valid and damaged databases. */
export interface DatabaseStatus {
  readonly path: string;
  readonly isValid: boolean;
  /** The reason if it is invalid. */
  readonly error?: string;
  readonly description?: DatabaseDescription;
  readonly importedAt?: string;
  readonly sizeBytes: number;
  readonly shards: readonly ShardEntry[];
}

/** Returns the path of a directory's database, valid or not; `undefined` if there is none. */
export function findDatabase(folder: string): string | undefined {
  return findCurrentGeneration(folder);
}

/**
 * Opens the current generation of a database directory. It compares the sizes of all shards at
 * once, but opens each one on first use without reading its content.
 *
 * @throws UserError `E_DB_MISSING` if there is none, `E_DB_INVALID` if it is damaged.
 */
export function openDatabase(folder: string): AdvisoryDatabase {
  const generation = findCurrentGeneration(folder);
  if (generation === undefined) {
    throw new UserError('E_DB_MISSING', `no advisory database found in "${folder}"`, {
      hint: 'import one: plimsoll db import FILE',
    });
  }
  try {
    return openGeneration(generation);
  } catch (error) {
    // An import may have replaced and removed the generation since the pointer was read.
    const again = findCurrentGeneration(folder);
    if (again === undefined || again === generation) {
      throw error;
    }
    return openGeneration(again);
  }
}

function openGeneration(generation: string): AdvisoryDatabase {
  const manifest = readDatabaseManifest(generation);
  for (const shard of manifest.shards) {
    checkSize(generation, shard);
  }
  return new ShardedDatabase(generation, manifest);
}

/**
 * Describes a database without opening it for look-ups; if `isThorough`, reads and hashes every
 * shard.
 */
export function describeDatabase(folder: string, isThorough = false): DatabaseStatus {
  const generation = findCurrentGeneration(folder);
  if (generation === undefined) {
    const error = 'no advisory database found';
    return { path: folder, isValid: false, error, sizeBytes: 0, shards: [] };
  }
  let manifest: Manifest | undefined;
  try {
    manifest = readDatabaseManifest(generation);
    for (const shard of manifest.shards) {
      checkSize(generation, shard);
      if (isThorough) {
        checkDigest(generation, shard);
      }
    }
    return describeManifest(generation, manifest);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const known = manifest === undefined ? undefined : describeManifest(generation, manifest);
    return {
      ...(known ?? { path: generation, sizeBytes: 0, shards: [] }),
      isValid: false,
      error: error.message,
    };
  }
}

function describeManifest(generation: string, manifest: Manifest): DatabaseStatus {
  return {
    path: generation,
    isValid: true,
    description: describeGeneration(generation, manifest),
    importedAt: manifest.importedAt,
    sizeBytes: manifest.shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    shards: manifest.shards,
  };
}

function describeGeneration(generation: string, manifest: Manifest): DatabaseDescription {
  const { schema, sourceSchema, builtAt, origin, providers } = manifest;
  return { schema, sourceSchema, builtAt, origin, path: generation, providers };
}

function checkSize(generation: string, { name, sizeBytes }: ShardEntry): void {
  const found = fs.statSync(toShardPath(generation, name), { throwIfNoEntry: false });
  if (found?.size !== sizeBytes) {
    const what = found === undefined ? 'is missing' : 'has changed size since it was written';
    throw new UserError('E_DB_INVALID', `the shard ${name} of the advisory database ${what}`, {
      hint: REIMPORT_HINT,
    });
  }
}

/** A copied database has other times, so the content itself must match. */
function checkUnchanged(generation: string, shard: ShardEntry): void {
  const found = fs.statSync(toShardPath(generation, shard.name), { throwIfNoEntry: false });
  const seconds = found === undefined ? -1 : Math.floor(found.mtimeMs / 1000);
  if (seconds !== shard.modifiedSeconds) {
    checkDigest(generation, shard);
  }
}

function checkDigest(generation: string, { name, digest }: ShardEntry): void {
  const file = toShardPath(generation, name);
  if (!fs.existsSync(file) || digestFile(file) !== digest) {
    throw new UserError(
      'E_DB_INVALID',
      `the shard ${name} of the advisory database has changed since it was written`,
      { hint: REIMPORT_HINT },
    );
  }
}

class ShardedDatabase implements AdvisoryDatabase {
  readonly description: DatabaseDescription;
  readonly #generation: string;
  readonly #entries: ReadonlyMap<string, ShardEntry>;
  readonly #open = new Map<string, ShardReader>();
  readonly #releaseKeys = new WeakMap<OperatingSystem, string>();
  /** Cache of shard names by family or ecosystem: building one takes longer than a look-up. */
  readonly #systemShards = new Map<string, string>();
  readonly #ecosystemShards = new Map<string, string>();
  /** Places of records by the key of their ID; `undefined`: the database has no such record. */
  readonly #located = new Map<string, RecordRef | undefined>();
  #openMeta: MetaReader | undefined;
  #isClosed = false;

  constructor(generation: string, manifest: Manifest) {
    this.description = describeGeneration(generation, manifest);
    this.#generation = generation;
    this.#entries = new Map(manifest.shards.map((shard) => [shard.name, shard]));
  }

  get architectureAliases(): ReadonlyMap<string, string> {
    return this.#getMeta().architectureAliases;
  }

  listReleases(distro: Distro, channel = ''): readonly OperatingSystem[] {
    const { releases } = this.#getMeta();
    const options = { channel, isReplaced: true, isWidened: true, isStated: true };
    return resolveReleases(distro, releases, options);
  }

  listOwnReleases(distro: Distro, channel = ''): readonly OperatingSystem[] {
    const { releases } = this.#getMeta();
    return resolveReleases(distro, releases, { channel, isReplaced: false, isWidened: true });
  }

  getCoverage(system: OperatingSystem): SystemCoverage | undefined {
    return this.#getMeta().releases.coverage?.get(system.id);
  }

  countMostStatements({ name }: OperatingSystem): number {
    const { systems, coverage } = this.#getMeta().releases;
    return systems
      .filter((system) => system.name === name)
      .reduce((most, { id }) => Math.max(most, coverage?.get(id)?.statements ?? 0), 0);
  }

  findLifecycle(distro: Distro): OperatingSystem | undefined {
    const { releases } = this.#getMeta();
    return resolveReleases(distro, releases, { isReplaced: false, isWidened: false })[0];
  }

  hasSystemPackages(system: OperatingSystem, ecosystem: string): boolean {
    const filedUnder = this.#getMeta().resolveEcosystem(ecosystem);
    const prefix = toSystemPackageKey(this.#getReleaseKey(system), filedUnder, '');
    return this.#openShard(toSystemShard(system.name))?.hasKeyPrefix(prefix) ?? false;
  }

  hasPackages(ecosystem: string): boolean {
    return (
      this.#openShard(toEcosystemShard(this.#getMeta().resolveEcosystem(ecosystem)))?.hasKeyPrefix(
        '',
      ) ?? false
    );
  }

  hasProducts(): boolean {
    return this.#openShard(PRODUCT_SHARD)?.hasKeyPrefix('') ?? false;
  }

  findSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[] {
    const family = system.name;
    const named = this.#systemShards.get(family) ?? toSystemShard(family);
    this.#systemShards.set(family, named);
    const shard = this.#openShard(named);
    if (shard === undefined) {
      return [];
    }
    const filedUnder = this.#getMeta().resolveEcosystem(ecosystem);
    const key = toSystemPackageKey(this.#getReleaseKey(system), filedUnder, name);
    return shard.readAdvisories(key, system);
  }

  findPackage(ecosystem: string, name: string): readonly Advisory[] {
    const known = this.#ecosystemShards.get(ecosystem);
    const named = known ?? toEcosystemShard(this.#getMeta().resolveEcosystem(ecosystem));
    this.#ecosystemShards.set(ecosystem, named);
    return this.#openShard(named)?.readAdvisories(foldCase(name), undefined) ?? [];
  }

  findProduct(product: string): readonly Advisory[] {
    return this.#openShard(PRODUCT_SHARD)?.readAdvisories(foldCase(product), undefined) ?? [];
  }

  readRecord(ref: RecordRef): VulnerabilityRecord {
    const shard = this.#openShard(ref.shard);
    assert(shard !== undefined, `a record lies in a shard of its database, not in ${ref.shard}`);
    return shard.readRecord(ref.number);
  }

  findRecord(provider: string, id: string): VulnerabilityRecord | undefined {
    const key = toRecordIdKey(provider, id);
    if (!this.#located.has(key)) {
      this.locateRecords(provider, [id]);
    }
    const ref = this.#located.get(key);
    return ref && this.readRecord(ref);
  }

  locateRecords(provider: string, ids: readonly string[]): ReadonlyMap<string, RecordRef> {
    const idByKey = new Map(ids.map((id) => [toRecordIdKey(provider, id), id]));
    const found = new Map<string, RecordRef>();
    const located = this.#getMeta().locate([...idByKey.keys()]);
    for (const [key, id] of idByKey) {
      const ref = located.get(key);
      this.#located.set(key, ref);
      if (ref !== undefined) {
        found.set(id, ref);
      }
    }
    return found;
  }

  readFacts(cves: readonly string[]): void {
    this.#getMeta().readFacts(cves);
  }

  readExploited(cve: string) {
    return this.#getMeta().readExploited(cve);
  }

  readEpss(cve: string) {
    return this.#getMeta().readEpss(cve);
  }

  readWeaknesses(cve: string) {
    return this.#getMeta().readWeaknesses(cve);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const shard of this.#open.values()) {
      shard[Symbol.dispose]();
    }
    this.#open.clear();
    this.#openMeta?.[Symbol.dispose]();
    this.#openMeta = undefined;
  }

  #getMeta(): MetaReader {
    if (this.#openMeta === undefined) {
      this.#openMeta = new MetaReader(this.#findCheckedPath(META_SHARD) ?? '');
    }
    return this.#openMeta;
  }

  #openShard(name: string): ShardReader | undefined {
    const open = this.#open.get(name);
    if (open !== undefined) {
      return open;
    }
    const file = this.#findCheckedPath(name);
    if (file === undefined) {
      return undefined;
    }
    const opened = new ShardReader(name, file);
    this.#open.set(name, opened);
    return opened;
  }

  /** Returns the path of an unchanged shard; `undefined` if the database does not have it. */
  #findCheckedPath(name: string): string | undefined {
    assert(!this.#isClosed, 'a database is not asked after it was closed');
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      return undefined;
    }
    checkUnchanged(this.#generation, entry);
    return path.resolve(toShardPath(this.#generation, name));
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
