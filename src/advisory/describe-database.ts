import type { DatabaseDescription } from '../core/advisory.ts';
import { compareText } from '../core/compare-text.ts';
import { UserError } from '../core/error.ts';
import type { FeedFacts } from './feed-facts.ts';
import { type Layer, listLayers } from './layer.ts';
import {
  checkShardSize,
  type Manifest,
  readDatabaseManifest,
  type ShardEntry,
} from './manifest.ts';
import { verifyShard } from './open-shard.ts';

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

/** State of one layer: the base, which has an empty ID, or a built provider. */
export interface LayerStatus extends DatabaseStatus {
  readonly id: string;
  /** Absent in the base. */
  readonly feed?: FeedFacts;
}

/**
 * Describes all layers of a database directory as one, without opening it for look-ups; if
 * `isThorough`, reads and hashes every shard.
 */
export function describeDatabase(folder: string, isThorough = false): DatabaseStatus {
  const layers = describeEachLayer(folder, isThorough);
  const [first, ...others] = layers.toReversed();
  if (first === undefined) {
    const error = 'no advisory database found';
    return { path: folder, isValid: false, error, sizeBytes: 0, shards: [] };
  }
  const { id: _, feed: _feed, ...status } = first;
  if (others.length === 0) {
    return status;
  }
  const broken = layers.find(({ isValid }) => !isValid);
  const descriptions = layers.flatMap(({ description }) => description ?? []);
  return {
    path: first.path,
    isValid: broken === undefined,
    ...(broken?.error === undefined ? {} : { error: broken.error }),
    ...(descriptions.length === 0 ? {} : { description: mergeDescriptions(descriptions) }),
    ...(first.importedAt === undefined ? {} : { importedAt: first.importedAt }),
    sizeBytes: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    shards: layers.flatMap(({ shards }) => shards),
  };
}

/** Describes each layer of a database directory, in the order of precedence. */
export function describeEachLayer(folder: string, isThorough = false): readonly LayerStatus[] {
  return listLayers(folder).map((layer) => describeOne(layer, isThorough));
}

/** Describes the layer whose generations a directory contains; for a database, its base. */
export function describeLayer(root: string, isThorough = false): DatabaseStatus {
  const base = listLayers(root).find(({ id }) => id === '');
  if (base === undefined) {
    const error = 'no advisory database found';
    return { path: root, isValid: false, error, sizeBytes: 0, shards: [] };
  }
  const { id: _, feed: _feed, ...status } = describeOne(base, isThorough);
  return status;
}

/** Describes open layers as one database. They are in the order of precedence. */
export function describeLayers(
  layers: readonly { readonly generation: string; readonly manifest: Manifest }[],
): DatabaseDescription {
  return mergeDescriptions(
    layers.map(({ generation, manifest }) => describeGeneration(generation, manifest)),
  );
}

function describeOne({ id, generation }: Layer, isThorough: boolean): LayerStatus {
  let manifest: Manifest | undefined;
  try {
    manifest = readDatabaseManifest(generation);
    for (const shard of manifest.shards) {
      checkShardSize(generation, shard);
      if (isThorough) {
        verifyShard({ folder: generation, manifest }, shard);
      }
    }
    return { id, ...describeManifest(generation, manifest) };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const known = manifest === undefined ? undefined : describeManifest(generation, manifest);
    return {
      ...(known ?? { path: generation, sizeBytes: 0, shards: [] }),
      id,
      isValid: false,
      error: error.message,
    };
  }
}

function describeManifest(generation: string, manifest: Manifest): Omit<LayerStatus, 'id'> {
  const { importedAt, shards, feed } = manifest;
  return {
    path: generation,
    isValid: true,
    description: describeGeneration(generation, manifest),
    importedAt,
    sizeBytes: shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    shards,
    ...(feed === undefined ? {} : { feed }),
  };
}

function describeGeneration(generation: string, manifest: Manifest): DatabaseDescription {
  const { schema, sourceSchema, builtAt, origin, providers } = manifest;
  return { schema, sourceSchema, builtAt, origin, path: generation, providers };
}

/** The base determines the age; without a base, the oldest provider does. */
function mergeDescriptions(descriptions: readonly DatabaseDescription[]): DatabaseDescription {
  const byAge = descriptions.toSorted(
    (left, right) => Date.parse(left.builtAt) - Date.parse(right.builtAt),
  );
  const main = descriptions.find(({ sourceSchema }) => sourceSchema !== '') ?? byAge[0];
  if (main === undefined) {
    throw new UserError('E_DB_MISSING', 'no advisory database found');
  }
  const providers = descriptions.flatMap((description) => description.providers);
  return {
    ...main,
    providers: providers.toSorted((left, right) => compareText(left.id, right.id)),
  };
}
