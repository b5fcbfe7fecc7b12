import type { RecordRef, UsedProvider } from '../core/advisory.ts';
import { assert } from '../core/assert.ts';
import type { Layer } from './layer.ts';
import {
  checkShardSize,
  type Manifest,
  readDatabaseManifest,
  type ShardEntry,
} from './manifest.ts';
import type { MetaReader } from './meta-reader.ts';
import { openMeta, openShard } from './open-shard.ts';
import type { ShardReader } from './shard-reader.ts';

const SEPARATOR = '/';

/** Returns the name of a shard within a database: shards of several layers have equal names. */
export function qualifyShard(layerId: string, name: string): string {
  return layerId === '' ? name : `${layerId}${SEPARATOR}${name}`;
}

/** Splits a result of {@link qualifyShard}. */
export function parseShardName(qualified: string): {
  readonly layerId: string;
  readonly name: string;
} {
  const at = qualified.indexOf(SEPARATOR);
  return at < 0
    ? { layerId: '', name: qualified }
    : { layerId: qualified.slice(0, at), name: qualified.slice(at + 1) };
}

/** Opens the shards of one layer on first use. */
export class LayerReader implements Disposable {
  readonly id: string;
  readonly generation: string;
  readonly manifest: Manifest;
  readonly #entries: ReadonlyMap<string, ShardEntry>;
  readonly #open = new Map<string, ShardReader>();
  readonly #missing = new Set<string>();
  #meta: MetaReader | undefined;
  #isClosed = false;

  /** Throws `UserError` `E_DB_INVALID` if the manifest or the size of a shard is wrong. */
  constructor({ id, generation }: Layer) {
    this.id = id;
    this.generation = generation;
    this.manifest = readDatabaseManifest(generation);
    for (const shard of this.manifest.shards) {
      checkShardSize(generation, shard);
    }
    this.#entries = new Map(this.manifest.shards.map((shard) => [shard.name, shard]));
  }

  get meta(): MetaReader {
    assert(!this.#isClosed, 'a database is not asked after it was closed');
    this.#meta ??= openMeta(this.#shardFolder);
    return this.#meta;
  }

  /** Returns `undefined` if the layer has no such shard. */
  openShard(name: string): ShardReader | undefined {
    const open = this.#open.get(name);
    if (open !== undefined) {
      return open;
    }
    assert(!this.#isClosed, 'a database is not asked after it was closed');
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      return undefined;
    }
    const opened = openShard(this.#shardFolder, entry, qualifyShard(this.id, name));
    this.#open.set(name, opened);
    return opened;
  }

  /** Returns the places of records by the keys of their IDs, without missing ones. */
  locateRecords(keys: readonly string[]): ReadonlyMap<string, RecordRef> {
    const located = this.meta.locate(keys);
    return this.id === ''
      ? located
      : new Map(
          [...located].map(([id, { shard, key }]) => [
            id,
            { shard: qualifyShard(this.id, shard), key },
          ]),
        );
  }

  /** Returns whether a shard is not installed although the publisher has it. */
  isAbsent(name: string): boolean {
    return this.manifest.absent?.includes(name) === true;
  }

  /** Like {@link isAbsent}, and remembers that the shard was needed. */
  noteMissing(name: string): boolean {
    const isMissing = this.isAbsent(name);
    if (isMissing) {
      this.#missing.add(name);
    }
    return isMissing;
  }

  /** Returns the shards that were needed and are not installed. */
  listMissingShards(): readonly string[] {
    return [...this.#missing].map((name) => qualifyShard(this.id, name));
  }

  /** Returns the providers of all shards that were opened. */
  listUsedProviders(): readonly UsedProvider[] {
    const { providers, sourceSchema } = this.manifest;
    const isBuilt = sourceSchema === '';
    const used = new Set([...this.#open.keys()].flatMap((name) => this.#getProviders(name)));
    // A provider that is built has another ID than the one that its statements name.
    const isUsed = (id: string): boolean => (isBuilt ? used.size > 0 : used.has(id));
    return providers.filter(({ id }) => isUsed(id)).map((each) => ({ ...each, isBuilt }));
  }

  #getProviders(name: string): readonly string[] {
    return this.#entries.get(name)?.providers ?? [];
  }

  get #shardFolder() {
    return { folder: this.generation, manifest: this.manifest };
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const shard of this.#open.values()) {
      shard[Symbol.dispose]();
    }
    this.#open.clear();
    this.#meta?.[Symbol.dispose]();
    this.#meta = undefined;
  }
}
