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
import { currentGeneration } from './generation.ts';
import {
  type Manifest,
  REIMPORT_HINT,
  readManifest,
  type ShardEntry,
  shardPath,
} from './manifest.ts';
import { MetaReader } from './meta-reader.ts';
import { resolveReleases } from './resolve-release.ts';
import {
  ecosystemShard,
  META_SHARD,
  PRODUCT_SHARD,
  recordIdKey,
  releaseKey,
  systemPackageKey,
  systemShard,
} from './schema.ts';
import { ShardReader } from './shard-reader.ts';

/** What `db status` tells, of a sound database as of a damaged one. */
export interface DatabaseStatus {
  readonly path: string;
  readonly isValid: boolean;
  /** Why it is not valid. */
  readonly error?: string;
  readonly description?: DatabaseDescription;
  readonly importedAt?: string;
  readonly sizeBytes: number;
  readonly shards: readonly ShardEntry[];
}

/** Where the database of a folder lies, sound or not; `undefined` where there is none. */
export function findDatabase(folder: string): string | undefined {
  return currentGeneration(folder);
}

/**
 * Opens the current generation of a database folder. Shards are opened when they are first asked;
 * sizes of all are compared here, content is not read.
 *
 * @throws UserError `E_DB_MISSING` where there is none, `E_DB_INVALID` where it is damaged.
 */
export function openDatabase(folder: string): AdvisoryDatabase {
  const generation = currentGeneration(folder);
  if (generation === undefined) {
    throw new UserError('E_DB_MISSING', `no advisory database found in "${folder}"`, {
      hint: 'import one: plimsoll db import FILE',
    });
  }
  try {
    return openGeneration(generation);
  } catch (error) {
    // An import may have replaced and removed what the pointer named a moment ago.
    const again = currentGeneration(folder);
    if (again === undefined || again === generation) {
      throw error;
    }
    return openGeneration(again);
  }
}

function openGeneration(generation: string): AdvisoryDatabase {
  const manifest = readManifest(generation);
  for (const shard of manifest.shards) {
    checkSize(generation, shard);
  }
  return new ShardedDatabase(generation, manifest);
}

/**
 * Looks at a database without opening it for look-ups; `isThorough` reads and hashes every shard.
 */
export function describeDatabase(folder: string, isThorough = false): DatabaseStatus {
  const generation = currentGeneration(folder);
  if (generation === undefined) {
    const error = 'no advisory database found';
    return { path: folder, isValid: false, error, sizeBytes: 0, shards: [] };
  }
  let manifest: Manifest | undefined;
  try {
    manifest = readManifest(generation);
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
    description: descriptionOf(generation, manifest),
    importedAt: manifest.importedAt,
    sizeBytes: manifest.shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    shards: manifest.shards,
  };
}

function descriptionOf(generation: string, manifest: Manifest): DatabaseDescription {
  const { schema, sourceSchema, builtAt, origin, providers } = manifest;
  return { schema, sourceSchema, builtAt, origin, path: generation, providers };
}

function checkSize(generation: string, { name, sizeBytes }: ShardEntry): void {
  const found = fs.statSync(shardPath(generation, name), { throwIfNoEntry: false });
  if (found?.size !== sizeBytes) {
    const what = found === undefined ? 'is missing' : 'has changed size since it was written';
    throw new UserError('E_DB_INVALID', `the shard ${name} of the advisory database ${what}`, {
      hint: REIMPORT_HINT,
    });
  }
}

/** A copied database has other times: then the content itself has to prove that it is the same. */
function checkUnchanged(generation: string, shard: ShardEntry): void {
  const found = fs.statSync(shardPath(generation, shard.name), { throwIfNoEntry: false });
  const seconds = found === undefined ? -1 : Math.floor(found.mtimeMs / 1000);
  if (seconds !== shard.modifiedSeconds) {
    checkDigest(generation, shard);
  }
}

function checkDigest(generation: string, { name, digest }: ShardEntry): void {
  const file = shardPath(generation, name);
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
  /** Names of shards by what they are asked for under: making one takes longer than a look-up. */
  readonly #systemShards = new Map<string, string>();
  readonly #ecosystemShards = new Map<string, string>();
  /** Where records lie, by the key of their id; `undefined`: nowhere. */
  readonly #located = new Map<string, RecordRef | undefined>();
  #openMeta: MetaReader | undefined;
  #isClosed = false;

  constructor(generation: string, manifest: Manifest) {
    this.description = descriptionOf(generation, manifest);
    this.#generation = generation;
    this.#entries = new Map(manifest.shards.map((shard) => [shard.name, shard]));
  }

  get architectureAliases(): ReadonlyMap<string, string> {
    return this.#meta().architectureAliases;
  }

  listReleases(distro: Distro, channel = ''): readonly OperatingSystem[] {
    const { releases } = this.#meta();
    const options = { channel, isReplaced: true, isWidened: true, isStated: true };
    return resolveReleases(distro, releases, options);
  }

  listOwnReleases(distro: Distro, channel = ''): readonly OperatingSystem[] {
    const { releases } = this.#meta();
    return resolveReleases(distro, releases, { channel, isReplaced: false, isWidened: true });
  }

  getCoverage(system: OperatingSystem): SystemCoverage | undefined {
    return this.#meta().releases.coverage?.get(system.id);
  }

  countMostStatements({ name }: OperatingSystem): number {
    const { systems, coverage } = this.#meta().releases;
    return systems
      .filter((system) => system.name === name)
      .reduce((most, { id }) => Math.max(most, coverage?.get(id)?.statements ?? 0), 0);
  }

  findLifecycle(distro: Distro): OperatingSystem | undefined {
    const { releases } = this.#meta();
    return resolveReleases(distro, releases, { isReplaced: false, isWidened: false })[0];
  }

  hasSystemPackages(system: OperatingSystem, ecosystem: string): boolean {
    const filedUnder = this.#meta().ecosystemOf(ecosystem);
    const prefix = systemPackageKey(this.#releaseKey(system), filedUnder, '');
    return this.#shard(systemShard(system.name))?.hasKeyWith(prefix) ?? false;
  }

  hasPackages(ecosystem: string): boolean {
    return (
      this.#shard(ecosystemShard(this.#meta().ecosystemOf(ecosystem)))?.hasKeyWith('') ?? false
    );
  }

  hasProducts(): boolean {
    return this.#shard(PRODUCT_SHARD)?.hasKeyWith('') ?? false;
  }

  findSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[] {
    const family = system.name;
    const named = this.#systemShards.get(family) ?? systemShard(family);
    this.#systemShards.set(family, named);
    const shard = this.#shard(named);
    if (shard === undefined) {
      return [];
    }
    const filedUnder = this.#meta().ecosystemOf(ecosystem);
    const key = systemPackageKey(this.#releaseKey(system), filedUnder, name);
    return shard.advisories(key, system);
  }

  findPackage(ecosystem: string, name: string): readonly Advisory[] {
    const known = this.#ecosystemShards.get(ecosystem);
    const named = known ?? ecosystemShard(this.#meta().ecosystemOf(ecosystem));
    this.#ecosystemShards.set(ecosystem, named);
    return this.#shard(named)?.advisories(foldCase(name), undefined) ?? [];
  }

  findProduct(product: string): readonly Advisory[] {
    return this.#shard(PRODUCT_SHARD)?.advisories(foldCase(product), undefined) ?? [];
  }

  readRecord(ref: RecordRef): VulnerabilityRecord {
    const shard = this.#shard(ref.shard);
    assert(shard !== undefined, `a record lies in a shard of its database, not in ${ref.shard}`);
    return shard.record(ref.number);
  }

  findRecord(provider: string, id: string): VulnerabilityRecord | undefined {
    const key = recordIdKey(provider, id);
    if (!this.#located.has(key)) {
      this.locateRecords(provider, [id]);
    }
    const ref = this.#located.get(key);
    return ref && this.readRecord(ref);
  }

  locateRecords(provider: string, ids: readonly string[]): ReadonlyMap<string, RecordRef> {
    const idByKey = new Map(ids.map((id) => [recordIdKey(provider, id), id]));
    const found = new Map<string, RecordRef>();
    const located = this.#meta().locate([...idByKey.keys()]);
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
    this.#meta().readFacts(cves);
  }

  readExploited(cve: string) {
    return this.#meta().exploited(cve);
  }

  readEpss(cve: string) {
    return this.#meta().epss(cve);
  }

  readWeaknesses(cve: string) {
    return this.#meta().weaknesses(cve);
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

  #meta(): MetaReader {
    if (this.#openMeta === undefined) {
      this.#openMeta = new MetaReader(this.#checkedPath(META_SHARD) ?? '');
    }
    return this.#openMeta;
  }

  #shard(name: string): ShardReader | undefined {
    const open = this.#open.get(name);
    if (open !== undefined) {
      return open;
    }
    const file = this.#checkedPath(name);
    if (file === undefined) {
      return undefined;
    }
    const opened = new ShardReader(name, file);
    this.#open.set(name, opened);
    return opened;
  }

  /**
   * The file of a shard that is as it was written; `undefined` where the database has no such
   * shard.
   */
  #checkedPath(name: string): string | undefined {
    assert(!this.#isClosed, 'a database is not asked after it was closed');
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      return undefined;
    }
    checkUnchanged(this.#generation, entry);
    return path.resolve(shardPath(this.#generation, name));
  }

  #releaseKey(system: OperatingSystem): string {
    const known = this.#releaseKeys.get(system);
    if (known !== undefined) {
      return known;
    }
    const key = releaseKey(system);
    this.#releaseKeys.set(system, key);
    return key;
  }
}
