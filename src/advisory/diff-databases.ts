import type { Advisory } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import { findCurrentGeneration } from './generation.ts';
import { readDatabaseManifest, type ShardEntry, toShardPath } from './manifest.ts';
import { ShardReader } from './shard-reader.ts';
import { encodeStatement } from './statement.ts';
import { encodeRecord } from './vulnerability-record.ts';

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

/** A {@link KeyChange} with its removed, added and changed statements. */
export interface PackageChange extends KeyChange {
  /** Spelling of the source, which the key does not keep. */
  readonly name: string;
  /** Vulnerability IDs, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** A changed key, and the shards that contain it before and after. */
interface ChangedKey {
  readonly shard: ShardEntry;
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
 * directories, by shard and key. Reads no advisories, and skips shards with the same digest.
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
 * changed: their range, fix, severity or any other attribute.
 */
export function* diffPackages(before: string, after: string): Generator<PackageChange> {
  for (const changed of findChangedKeys(before, after)) {
    const { key, readers } = changed;
    const [older, newer] = [readers[0], readers[1]].map((reader) => readStatements(reader, key));
    const ids = [
      ...new Set([...(older?.textById.keys() ?? []), ...(newer?.textById.keys() ?? [])]),
    ];
    const sorted = ids.sort(compareText);
    const name = newer?.name ?? older?.name ?? '';
    yield {
      ...toKeyChange(changed),
      name,
      added: sorted.filter((id) => older?.textById.has(id) !== true),
      removed: sorted.filter((id) => newer?.textById.has(id) !== true),
      modified: sorted.filter((id) => {
        const [left, right] = [older?.textById.get(id), newer?.textById.get(id)];
        return left !== undefined && right !== undefined && left !== right;
      }),
    };
  }
}

function toKeyChange({ shard, key, change }: ChangedKey): KeyChange {
  const { name, kind, family } = shard;
  return { shard: name, kind, family, key: key.split('\0'), change };
}

function* findChangedKeys(before: string, after: string): Generator<ChangedKey> {
  const [left, right] = [listShards(before), listShards(after)];
  const names = new Set([...left.entries.keys(), ...right.entries.keys()]);
  for (const name of [...names].sort(compareText)) {
    const [older, newer] = [left.entries.get(name), right.entries.get(name)];
    const shard = newer ?? older;
    if (shard === undefined || older?.digest === newer?.digest) {
      continue;
    }
    using olderKeys = older && new ShardReader(name, toShardPath(left.generation, name));
    using newerKeys = newer && new ShardReader(name, toShardPath(right.generation, name));
    for (const { key, change } of merge(olderKeys?.readKeyHashes(), newerKeys?.readKeyHashes())) {
      yield { shard, key, change, readers: [olderKeys, newerKeys] };
    }
  }
}

/**
 * Returns the statements under a key by vulnerability, as a text that changes with any attribute.
 */
function readStatements(
  reader: ShardReader | undefined,
  key: string,
): { readonly name: string; readonly textById: ReadonlyMap<string, string> } | undefined {
  const advisories = reader?.readAdvisories(key, undefined) ?? [];
  const [first] = advisories;
  if (reader === undefined || first === undefined) {
    return undefined;
  }
  const encodeAdvisory = (advisory: Advisory): string =>
    encodeStatement(advisory) + encodeRecord(reader.readRecord(advisory.record.number));
  const byId = Map.groupBy(advisories, ({ vulnerability }) => vulnerability);
  const textById = [...byId].map(
    ([id, statements]) =>
      [id, statements.map(encodeAdvisory).sort(compareText).join('\n')] as const,
  );
  return { name: first.packageName ?? first.product?.product ?? '', textById: new Map(textById) };
}

function listShards(folder: string): {
  readonly generation: string;
  readonly entries: ReadonlyMap<string, ShardEntry>;
} {
  const generation = findCurrentGeneration(folder);
  if (generation === undefined) {
    throw new UserError('E_DB_MISSING', `no advisory database found in "${folder}"`);
  }
  const shards = readDatabaseManifest(generation).shards.filter(({ kind }) =>
    KINDS_WITH_KEYS.has(kind),
  );
  return { generation, entries: new Map(shards.map((shard) => [shard.name, shard])) };
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
