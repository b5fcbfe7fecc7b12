import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import { findAbsentShards } from './absent-shards.ts';
import { type ChangedSubject, findChangedSubjects } from './changed-subjects.ts';
import { type ChangeKind, type Entries, listChangeKinds, toEntries } from './entry-changes.ts';
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

/** A shard in two databases, of which one may not have it. */
export interface ShardPair {
  readonly entry: ShardEntry;
  /** With the layer. */
  readonly name: string;
  /** Whether one of the databases has it without having installed it. */
  readonly isAbsent: boolean;
  readonly before: ShardReader | undefined;
  readonly after: ShardReader | undefined;
}

const KINDS_WITH_KEYS: ReadonlySet<string> = new Set(['system', 'ecosystem', 'product']);
const KINDS_WITH_RECORDS: ReadonlySet<string> = new Set([...KINDS_WITH_KEYS, 'records']);

/**
 * Yields the keys whose advisories or records differ between the current databases of two
 * directories, by layer, shard, package and release, with the vulnerabilities that were removed,
 * added or changed, and the kinds of the changes. Of two databases of this schema, it reads only
 * pages that differ. Shards that are not installed are skipped, unless they count as empty.
 *
 * @throws UserError `E_DB_MISSING` or `E_DB_INVALID`.
 */
export function* diffPackages(
  before: string,
  after: string,
  { countsAbsent = false }: { readonly countsAbsent?: boolean } = {},
): Generator<PackageChange> {
  for (const pair of pairShards(before, after)) {
    if (!KINDS_WITH_KEYS.has(pair.entry.kind) || (pair.isAbsent && !countsAbsent)) {
      continue;
    }
    for (const subject of findChangedSubjects(pair.before, pair.after)) {
      yield* compareSubject(pair, subject);
    }
  }
}

function* compareSubject(
  pair: ShardPair,
  { subject, before, after, canRecordDiffer }: ChangedSubject,
): Generator<PackageChange> {
  const { kind, family } = pair.entry;
  for (const release of [...new Set([...before.keys(), ...after.keys()])].sort(compareText)) {
    const [left, right] = [before.get(release), after.get(release)];
    const older = toEntries(pair.before, left ?? [], canRecordDiffer);
    const newer = toEntries(pair.after, right ?? [], canRecordDiffer);
    const entries = compareEntries(older, newer);
    if (left === undefined || right === undefined || hasChanges(entries)) {
      yield {
        shard: pair.name,
        kind,
        family,
        key: [...(kind === 'system' ? [release] : []), ...subject.split('\0')],
        change: toChange(left, right),
        name: newer.name === '' ? older.name : newer.name,
        ...entries,
      };
    }
  }
}

type EntryChanges = Pick<PackageChange, 'added' | 'removed' | 'modified'>;

function compareEntries(older: Entries, newer: Entries): EntryChanges {
  const ids = [...new Set([...older.byId.keys(), ...newer.byId.keys()])].sort(compareText);
  return {
    added: ids.filter((id) => !older.byId.has(id)),
    removed: ids.filter((id) => !newer.byId.has(id)),
    modified: ids.flatMap((id) => {
      const [left, right] = [older.byId.get(id), newer.byId.get(id)];
      const kinds = left === undefined || right === undefined ? [] : listChangeKinds(left, right);
      return kinds.length === 0 ? [] : [{ id, kinds }];
    }),
  };
}

function hasChanges({ added, removed, modified }: EntryChanges): boolean {
  return added.length + removed.length + modified.length > 0;
}

/** Returns how a value differs between two databases; `undefined`: it does not exist. */
export function toChange(before: unknown, after: unknown): KeyChange['change'] {
  if (before === undefined) {
    return 'added';
  }
  return after === undefined ? 'removed' : 'changed';
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

/**
 * Lists the shards that are not compared, because one of two databases has them without having
 * installed them.
 */
export function listUncomparedShards(before: string, after: string): readonly string[] {
  const absent = [before, after].flatMap(findAbsentShards);
  return [...new Set(absent)].sort(compareText);
}

/** Returns whether one of two layers has a shard without having installed it. */
export function isUncompared(layers: readonly (LayerReader | undefined)[], shard: string): boolean {
  return layers.some((layer) => layer?.isAbsent(shard) === true);
}

/** Yields the pairs of shards with statements or records that are not known to be equal. */
export function* pairShards(before: string, after: string): Generator<ShardPair> {
  for (const [older, newer] of pairLayers(before, after)) {
    const [left, right] = [indexShards(older), indexShards(newer)];
    const names = new Set([...left.keys(), ...right.keys()]);
    for (const name of [...names].sort(compareText)) {
      const [was, is] = [left.get(name), right.get(name)];
      const entry = is ?? was;
      if (entry !== undefined && was?.digest !== is?.digest) {
        yield {
          entry,
          name: qualifyShard((newer ?? older)?.id ?? '', name),
          isAbsent: isUncompared([older, newer], name),
          before: older?.openShard(name),
          after: newer?.openShard(name),
        };
      }
    }
  }
}

function indexShards(layer: LayerReader | undefined): ReadonlyMap<string, ShardEntry> {
  const shards = layer?.manifest.shards.filter(({ kind }) => KINDS_WITH_RECORDS.has(kind)) ?? [];
  return new Map(shards.map((shard) => [shard.name, shard]));
}
