import type { Advisory, OperatingSystem } from '../core/advisory.ts';
import { present } from '../core/assert.ts';
import { UserError } from '../core/error.ts';
import { foldCase } from '../core/fold-case.ts';
import type { Layer } from './layer.ts';
import { LayerReader } from './layer-reader.ts';
import { RENEW_HINT } from './manifest.ts';
import type { FeedItem, FeedSystem } from './provider/contract.ts';
import { toReleaseKey } from './schema.ts';
import type { ShardReader } from './shard-reader.ts';
import type { Statement } from './statement.ts';

/** A release that a feed no longer has, and its statements in the layer that is replaced. */
export interface PastRelease {
  readonly system: OperatingSystem;
  /** One item for each statement. */
  readonly items: Iterable<FeedItem>;
}

/**
 * Yields the releases of a layer that its next generation does not have.
 *
 * @throws UserError `E_DB_INVALID` if the layer is damaged or incomplete
 */
export function* listPastReleases(
  { root, generation }: Pick<Layer, 'root' | 'generation'>,
  isCurrent: (system: OperatingSystem) => boolean,
): Generator<PastRelease> {
  using layer = new LayerReader({ id: '', root, generation });
  const { absent = [], shards } = layer.manifest;
  if (absent.length > 0) {
    throw new UserError('E_DB_INVALID', `the layer has no shard ${absent[0]}`, {
      hint: RENEW_HINT,
    });
  }
  const past = layer.meta.releases.systems.filter((system) => !isCurrent(system));
  for (const { name, kind, family } of shards) {
    const systems = past.filter((system) => foldCase(system.name) === family);
    if (kind === 'system' && systems.length > 0) {
      const shard = present(layer.openShard(name), 'a shard in the manifest');
      for (const system of systems) {
        yield { system, items: readItems(shard, system) };
      }
    }
  }
}

function* readItems(shard: ShardReader, system: OperatingSystem): Generator<FeedItem> {
  const release = toReleaseKey(system);
  for (const { readStatements } of shard.listSubjects({ ids: [], names: [] })) {
    for (const advisory of readStatements().get(release) ?? []) {
      yield {
        record: shard.readRecord(advisory.record.key),
        statements: [{ system: toFeedSystem(system), statement: toStatement(advisory) }],
      };
    }
  }
}

function toFeedSystem({
  id: _,
  endOfLife: __,
  endOfActiveSupport: ___,
  ...system
}: OperatingSystem): FeedSystem {
  return system;
}

function toStatement({ record: _, operatingSystem: __, ...statement }: Advisory): Statement {
  return statement;
}
