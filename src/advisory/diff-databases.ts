import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import { type ChangeKind, listChangeKinds, readEntries } from './entry-changes.ts';
import { type Layer, listLayers } from './layer.ts';
import { LayerReader, qualifyShard } from './layer-reader.ts';
import type { ShardEntry } from './manifest.ts';
import type { ShardReader } from './shard-reader.ts';

/** A key whose statements differ between two databases. */
export interface KeyChange {
  readonly shard: string;
  /** Kind of the shard, and its family or ecosystem. */
  readonly kind: ShardEntry['kind'];
  readonly family: string;
  /** Release, ecosystem and name for systems, otherwise a name; in the order of the key. */
  readonly key: readonly string[];
  readonly change: 'added' | 'removed' | 'changed';
}

/** A vulnerability whose statements about a package changed. */
export interface EntryChange {
  readonly id: string;
  readonly kinds: readonly ChangeKind[];
}

/** A {@link KeyChange} with its removed, added and changed statements. */
export interface PackageChange extends KeyChange {
  /** Spelling of the source, which the key does not keep. */
  readonly name: string;
  /** Vulnerability IDs, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** In the order of their IDs. */
  readonly modified: readonly EntryChange[];
}

/** A changed key, and the shards that contain it before and after. */
interface ChangedKey {
  readonly shard: ShardEntry;
  readonly name: string;
  readonly key: string;
  readonly change: KeyChange['change'];
  readonly readers: readonly [before: ShardReader | undefined, after: ShardReader | undefined];
}

interface KeyHash {
  readonly key: string;
  readonly hash: string;
}

const KINDS_WITH_KEYS: ReadonlySet<string> = new Set(['system', 'ecosystem', 'product']);

/**
 * Yields the keys whose advisories or records differ between the current databases of two
 * directories, by layer, shard and key. Reads no advisories, and skips shards with the same digest.
 *
 * @throws UserError `E_DB_MISSING` or `E_DB_INVALID`.
 */
export function* diffDatabases(before: string, after: string): Generator<KeyChange> {
  for (const changed of findChangedKeys(before, after)) {
    yield toKeyChange(changed);
  }
}

/**
 * Like {@link diffDatabases}, with the vulnerabilities of each package that were removed, added or
 * changed, and the kinds of the changes.
 */
export function* diffPackages(before: string, after: string): Generator<PackageChange> {
  for (const changed of findChangedKeys(before, after)) {
    const { key, readers } = changed;
    const older = readEntries(readers[0], key);
    const newer = readEntries(readers[1], key);
    const ids = [...new Set([...older.byId.keys(), ...newer.byId.keys()])].sort(compareText);
    yield {
      ...toKeyChange(changed),
      name: newer.name === '' ? older.name : newer.name,
      added: ids.filter((id) => !older.byId.has(id)),
      removed: ids.filter((id) => !newer.byId.has(id)),
      modified: ids.flatMap((id) => {
        const [left, right] = [older.byId.get(id), newer.byId.get(id)];
        const kinds = left === undefined || right === undefined ? [] : listChangeKinds(left, right);
        return kinds.length === 0 ? [] : [{ id, kinds }];
      }),
    };
  }
}

/** Pairs of the same layer in two databases; a layer may exist in one only. */
export function* pairLayers(
  before: string,
  after: string,
): Generator<readonly [LayerReader | undefined, LayerReader | undefined]> {
  const [left, right] = [indexLayers(before), indexLayers(after)];
  for (const id of new Set([...left.keys(), ...right.keys()])) {
    const [olderLayer, newerLayer] = [left.get(id), right.get(id)];
    using older = olderLayer && new LayerReader(olderLayer);
    using newer = newerLayer && new LayerReader(newerLayer);
    yield [older, newer];
  }
}

function indexLayers(folder: string): ReadonlyMap<string, Layer> {
  const layers = listLayers(folder);
  if (layers.length === 0) {
    throw new UserError('E_DB_MISSING', `no advisory database found in "${folder}"`);
  }
  return new Map(layers.map((layer) => [layer.id, layer]));
}

function toKeyChange({ shard, name, key, change }: ChangedKey): KeyChange {
  const { kind, family } = shard;
  return { shard: name, kind, family, key: key.split('\0'), change };
}

function* findChangedKeys(before: string, after: string): Generator<ChangedKey> {
  for (const [older, newer] of pairLayers(before, after)) {
    const [left, right] = [indexShards(older), indexShards(newer)];
    const names = new Set([...left.keys(), ...right.keys()]);
    for (const name of [...names].sort(compareText)) {
      const [was, is] = [left.get(name), right.get(name)];
      const shard = is ?? was;
      if (shard === undefined || was?.digest === is?.digest) {
        continue;
      }
      const readers = [older?.openShard(name), newer?.openShard(name)] as const;
      const [olderKeys, newerKeys] = readers;
      const changes = merge(olderKeys?.readKeyHashes(), newerKeys?.readKeyHashes());
      const qualified = qualifyShard((newer ?? older)?.id ?? '', name);
      for (const { key, change } of changes) {
        yield { shard, name: qualified, key, change, readers };
      }
    }
  }
}

function indexShards(layer: LayerReader | undefined): ReadonlyMap<string, ShardEntry> {
  const shards = layer?.manifest.shards.filter(({ kind }) => KINDS_WITH_KEYS.has(kind)) ?? [];
  return new Map(shards.map((shard) => [shard.name, shard]));
}

/** Both sides are in SQLite's order, which compares the bytes of the keys. */
function* merge(
  older: Iterator<KeyHash> | undefined,
  newer: Iterator<KeyHash> | undefined,
): Generator<{ readonly key: string; readonly change: KeyChange['change'] }> {
  let left = takeNext(older);
  let right = takeNext(newer);
  while (left !== undefined || right !== undefined) {
    const order = compareKeys(left, right);
    if (left !== undefined && order < 0) {
      yield { key: left.key, change: 'removed' };
    } else if (right !== undefined && order > 0) {
      yield { key: right.key, change: 'added' };
    } else if (left !== undefined && left.hash !== right?.hash) {
      yield { key: left.key, change: 'changed' };
    }
    left = order <= 0 ? takeNext(older) : left;
    right = order >= 0 ? takeNext(newer) : right;
  }
}

function takeNext(keys: Iterator<KeyHash> | undefined): KeyHash | undefined {
  const next = keys?.next();
  return next === undefined || next.done === true ? undefined : next.value;
}

/** A finished side sorts last. */
function compareKeys(left: KeyHash | undefined, right: KeyHash | undefined): number {
  if (left === undefined) {
    return 1;
  }
  return right === undefined ? -1 : Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
}
