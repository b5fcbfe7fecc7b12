import { compareText } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import { currentGeneration } from './generation.ts';
import { readManifest, type ShardEntry, shardPath } from './manifest.ts';
import { ShardReader } from './shard-reader.ts';

/** One key under which two databases say different things. */
export interface KeyChange {
  readonly shard: string;
  /** Kind of the shard, and the family or ecosystem it is about. */
  readonly kind: ShardEntry['kind'];
  readonly family: string;
  /** Release, ecosystem and name for systems, else a name; the parts in the order of the key. */
  readonly key: readonly string[];
  readonly change: 'added' | 'removed' | 'changed';
}

interface KeyHash {
  readonly key: string;
  readonly hash: string;
}

const KINDS_WITH_KEYS: ReadonlySet<string> = new Set(['system', 'ecosystem', 'product']);

/**
 * The keys whose advisories, or the details of whose advisories, differ between the current
 * databases of two folders, by shard and key. Reads no advisory; shards with the same digest are
 * not read at all.
 *
 * @throws UserError `E_DB_MISSING` or `E_DB_INVALID`.
 */
export function* diffDatabases(before: string, after: string): Generator<KeyChange> {
  const [left, right] = [shardsOf(before), shardsOf(after)];
  const names = new Set([...left.entries.keys(), ...right.entries.keys()]);
  for (const name of [...names].sort(compareText)) {
    const [older, newer] = [left.entries.get(name), right.entries.get(name)];
    const shard = newer ?? older;
    if (shard === undefined || older?.digest === newer?.digest) {
      continue;
    }
    using olderKeys = older && new ShardReader(name, shardPath(left.generation, name));
    using newerKeys = newer && new ShardReader(name, shardPath(right.generation, name));
    const { kind, family } = shard;
    for (const { key, change } of merge(olderKeys?.keyHashes(), newerKeys?.keyHashes())) {
      yield { shard: name, kind, family, key: key.split('\0'), change };
    }
  }
}

function shardsOf(folder: string): {
  readonly generation: string;
  readonly entries: ReadonlyMap<string, ShardEntry>;
} {
  const generation = currentGeneration(folder);
  if (generation === undefined) {
    throw new UserError('E_DB_MISSING', `There is no advisory database in ${folder}.`);
  }
  const shards = readManifest(generation).shards.filter(({ kind }) => KINDS_WITH_KEYS.has(kind));
  return { generation, entries: new Map(shards.map((shard) => [shard.name, shard])) };
}

/** Both sides are in the order of SQLite, which is that of the keys' bytes. */
function* merge(
  older: Iterator<KeyHash> | undefined,
  newer: Iterator<KeyHash> | undefined,
): Generator<{ readonly key: string; readonly change: KeyChange['change'] }> {
  let left = take(older);
  let right = take(newer);
  while (left !== undefined || right !== undefined) {
    const order = compareKeys(left, right);
    if (left !== undefined && order < 0) {
      yield { key: left.key, change: 'removed' };
    } else if (right !== undefined && order > 0) {
      yield { key: right.key, change: 'added' };
    } else if (left !== undefined && left.hash !== right?.hash) {
      yield { key: left.key, change: 'changed' };
    }
    left = order <= 0 ? take(older) : left;
    right = order >= 0 ? take(newer) : right;
  }
}

function take(keys: Iterator<KeyHash> | undefined): KeyHash | undefined {
  const next = keys?.next();
  return next === undefined || next.done === true ? undefined : next.value;
}

/** A side that has ended comes after everything. */
function compareKeys(left: KeyHash | undefined, right: KeyHash | undefined): number {
  if (left === undefined) {
    return 1;
  }
  return right === undefined ? -1 : Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
}
