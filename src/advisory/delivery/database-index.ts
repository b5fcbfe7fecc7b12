import type { DatabaseProvider } from '../../core/advisory.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { parseMeasuredJson } from '../../syntax/json/bounded-json.ts';
import {
  guardChoice,
  guardList,
  guardOptional,
  guardRecord,
  isCount,
  isRecord,
  isText,
} from '../../syntax/json/guard.ts';
import type { FeedFacts } from '../feed-facts.ts';
import { isLayerId } from '../layer.ts';
import { isShardName, type Manifest, type ShardEntry } from '../manifest.ts';
import { SHARD_KINDS } from '../schema.ts';
import type { ShardCounts } from '../shard-writer.ts';
import { isKeyList, type KeyList } from './key-list.ts';
import { isSignedDocument, type SignedDocument } from './signed-document.ts';

/** One file of a publication. Its name follows from the shard, so an index contains no paths. */
export interface DeliveredFile {
  /** `sha256:…` of the file. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** A file that turns an earlier state of a shard into the current one. */
export interface DeliveredDelta extends DeliveredFile {
  /** Digest of the earlier state. */
  readonly from: string;
}

/** A shard, and the files that deliver it. */
export interface IndexShard extends Omit<ShardEntry, 'modifiedSeconds'> {
  readonly complete: DeliveredFile;
  readonly deltas: readonly DeliveredDelta[];
}

export interface IndexLayer
  extends Pick<Manifest, 'schema' | 'sourceSchema' | 'builtAt' | 'origin' | 'providers' | 'feed'> {
  /** Provider ID; empty for the base. */
  readonly id: string;
  readonly shards: readonly IndexShard[];
}

/** The signed content of a publication. */
export interface DatabaseIndex {
  /** Grows with each index of a publisher, so that an earlier one is not accepted again. */
  readonly sequence: number;
  /** RFC 3339. */
  readonly created: string;
  /** RFC 3339: a client refuses the index from then on, so that nobody can hold back updates. */
  readonly expires: string;
  readonly layers: readonly IndexLayer[];
}

/** An index with its signatures and the keys that its publisher has had. */
export interface PublishedIndex {
  readonly keys: KeyList;
  readonly document: SignedDocument;
}

/** The form of an index in files. */
export interface IndexDocument extends SignedDocument {
  readonly keys: KeyList;
}

export const INDEX_FILE = 'index.json';
export const INDEX_TYPE = 'plimsoll-database-index';
/** Raise it if earlier versions would misread an index. */
export const INDEX_FORMAT = 1;

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

interface IndexContent extends DatabaseIndex {
  readonly type: string;
  readonly format: number;
}

const isDigestText = (value: unknown): value is string =>
  typeof value === 'string' && DIGEST.test(value);
const isTime = (value: unknown): value is string =>
  typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
const isIndexLayerId = (value: unknown): value is string =>
  typeof value === 'string' && (value === '' || isLayerId(value));
const isIndexShardName = (value: unknown): value is string =>
  typeof value === 'string' && isShardName(value);

const FILE_GUARDS = { digest: isDigestText, sizeBytes: isCount };
const isCounts = guardRecord<ShardCounts>({
  keys: isCount,
  contents: isCount,
  affected: isCount,
  unaffected: isCount,
  records: isCount,
});
const isShard = guardRecord<IndexShard>({
  name: isIndexShardName,
  kind: guardChoice(SHARD_KINDS),
  family: isText,
  sizeBytes: isCount,
  digest: isDigestText,
  providers: guardList(isText),
  counts: isCounts,
  complete: guardRecord<DeliveredFile>(FILE_GUARDS),
  deltas: guardList(guardRecord<DeliveredDelta>({ ...FILE_GUARDS, from: isDigestText })),
});
const isProvider = guardRecord<DatabaseProvider>({
  id: isText,
  version: isText,
  processor: isText,
  capturedAt: isText,
  inputDigest: isText,
});
const isFeed = (value: unknown): value is FeedFacts => isRecord(value);
const isLayer = guardRecord<IndexLayer>({
  id: isIndexLayerId,
  schema: isCount,
  sourceSchema: isText,
  builtAt: isText,
  origin: isText,
  providers: guardList(isProvider),
  feed: guardOptional(isFeed),
  shards: guardList(isShard),
});
const isIndexContent = guardRecord<IndexContent>({
  type: isText,
  format: isCount,
  sequence: isCount,
  created: isTime,
  expires: isTime,
  layers: guardList(isLayer),
});

/** Returns whether the text of a mirror's listing is an index and not a listing of Grype's form. */
export function isIndexText(text: string): boolean {
  return /^\s*\{\s*"(?:keys|signatures|signed)"/.test(text);
}

export function isIndexDocument(value: unknown): value is IndexDocument {
  return isRecord(value) && isKeyList(value['keys']) && isSignedDocument(value);
}

export function formatPublishedIndex({ keys, document }: PublishedIndex): string {
  return `${JSON.stringify({ keys, ...document })}\n`;
}

/**
 * Parses an index without verifying its signatures.
 *
 * @param place for messages
 * @throws UserError `E_DB_UPDATE` or `E_LIMIT`
 */
export function parsePublishedIndex(text: string, place: string, limits: Limits): PublishedIndex {
  const subject = `the database index of ${place}`;
  const value = parseMeasuredJson(text, {
    subject,
    limits,
    otherwise: (message, cause) =>
      new UserError('E_DB_UPDATE', `invalid database index: ${message}`, { cause }),
  });
  if (!isIndexDocument(value)) {
    throw createIndexError(place, 'the keys, the signatures or the signed content are missing');
  }
  const { keys, signed, signatures } = value;
  return { keys, document: { signed, signatures } };
}

/**
 * Returns the content of an index whose signatures were verified.
 *
 * @throws UserError `E_DB_UPDATE`
 */
export function readIndexContent({ signed }: SignedDocument, place: string): DatabaseIndex {
  const { type, format } = signed;
  if (type !== INDEX_TYPE) {
    throw createIndexError(place, 'it is a document of another type');
  }
  if (format !== INDEX_FORMAT) {
    throw new UserError(
      'E_DB_UPDATE',
      `unsupported format ${String(format)} of the database index of ${place}: this version reads ${INDEX_FORMAT}`,
      { hint: 'update plimsoll' },
    );
  }
  const badName = findBadName(signed);
  if (badName !== undefined) {
    throw createIndexError(place, `"${badName.slice(0, 100)}" is not a name of a layer or shard`);
  }
  if (!isIndexContent(signed)) {
    throw createIndexError(place, 'it has missing or malformed members');
  }
  const ids = signed.layers.map(({ id }) => id);
  const names = signed.layers.flatMap(({ id, shards }) =>
    shards.map(({ name }) => `${id}/${name}`),
  );
  if (new Set(ids).size !== ids.length || new Set(names).size !== names.length) {
    throw createIndexError(place, 'it lists a layer or shard twice');
  }
  return signed;
}

/** Names become names of files and directories, so one must not lead anywhere else. */
function findBadName({ layers }: SignedDocument['signed']): string | undefined {
  for (const layer of Array.isArray(layers) ? layers.filter(isRecord) : []) {
    const { id, shards } = layer;
    if (typeof id === 'string' && !isIndexLayerId(id)) {
      return id;
    }
    for (const { name } of Array.isArray(shards) ? shards.filter(isRecord) : []) {
      if (typeof name === 'string' && !isIndexShardName(name)) {
        return name;
      }
    }
  }
  return undefined;
}

/** Lists all files of a publication with their paths. */
export function listFiles({
  layers,
}: DatabaseIndex): readonly (DeliveredFile & { readonly path: string })[] {
  return layers.flatMap(({ shards }) =>
    shards.flatMap((shard) => [
      { ...shard.complete, path: toCompletePath(shard) },
      ...shard.deltas.map(({ from, digest, sizeBytes }) => {
        return { digest, sizeBytes, path: toDeltaPath(shard, from) };
      }),
    ]),
  );
}

/** Lists the paths of all complete shards of a publication. */
export function listCompletePaths({ layers }: DatabaseIndex): readonly string[] {
  return layers.flatMap(({ shards }) => shards.map(toCompletePath));
}

/** Returns the path of the file of a complete shard within a publication. */
export function toCompletePath({ digest }: Pick<IndexShard, 'digest'>): string {
  return `shards/${toHex(digest)}.zst`;
}

/** Returns the path of a delta within a publication. */
export function toDeltaPath({ digest }: Pick<IndexShard, 'digest'>, from: string): string {
  return `deltas/${toHex(from)}-${toHex(digest)}.delta`;
}

function toHex(digest: string): string {
  return digest.slice('sha256:'.length);
}

function createIndexError(place: string, what: string): UserError {
  return new UserError('E_DB_UPDATE', `invalid database index of ${place}: ${what}`);
}
