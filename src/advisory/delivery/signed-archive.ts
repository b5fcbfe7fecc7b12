import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { refuseAbsentShards } from '../absent-shards.ts';
import {
  readFirstBlock,
  type WriteBytes,
  writeArchiveEnd,
  writeArchiveFile,
} from '../archive-entry.ts';
import { makeOwnedFolder } from '../folder-owner.ts';
import { findCurrentGeneration } from '../generation.ts';
import { toLayerRoot } from '../layer.ts';
import { toShardPath } from '../manifest.ts';
import { createArchiveError, unpackArchive } from '../unpack-archive.ts';
import { DOWNLOAD_PREFIX } from '../update/download-folder.ts';
import {
  type DatabaseIndex,
  formatPublishedIndex,
  INDEX_FILE,
  listCompletePaths,
  toCompletePath,
} from './database-index.ts';
import type { DeliverySource } from './delivery-source.ts';
import { isInstalled } from './install-index.ts';
import { type PublishOptions, publishDatabase } from './publish-database.ts';
import { packShard } from './shard-package.ts';
import { readStoredIndex } from './stored-index.ts';

/**
 * A signed database as a single file, for a machine that nothing but files reaches: a tar archive
 * with the index, its keys and signatures, and then every complete shard.
 */
const FIRST_ENTRY = `${INDEX_FILE}\0`;
const SHARD_PATH = /^shards\/[0-9a-f]{64}\.zst$/;

/** Returns whether a file is a result of {@link exportSignedDatabase}. */
export function isSignedArchive(file: string): boolean {
  try {
    return readFirstBlock(file).toString('latin1').startsWith(FIRST_ENTRY);
  } catch {
    return false;
  }
}

/**
 * Writes a database as one signed file: with a new index if keys are given, otherwise with the
 * index of its publisher, from which it was installed.
 *
 * @throws UserError `E_DB_UNTRUSTED` if it was not installed from a signed index, `E_DB_MISSING` and
 *   `E_DB_INVALID`
 */
export async function exportSignedDatabase(
  root: string,
  write: (fill: (write: WriteBytes) => void) => void,
  options: { readonly limits: Limits; readonly publish?: PublishOptions },
): Promise<void> {
  const { publish, limits } = options;
  const stored = publish === undefined ? findStored(root, limits) : undefined;
  const folder = makeOwnedFolder(root, DOWNLOAD_PREFIX);
  try {
    const index =
      stored === undefined && publish !== undefined
        ? (await publishDatabase(root, folder, publish)).index
        : stored?.index;
    if (index === undefined) {
      throw createUnsignedError(root);
    }
    if (stored !== undefined) {
      fs.writeFileSync(path.join(folder, INDEX_FILE), formatPublishedIndex(stored.published));
      await packShards(root, stored.index, folder);
    }
    const seconds = Math.floor(Date.parse(index.created) / 1000);
    write((add) => {
      for (const name of [INDEX_FILE, ...new Set(listCompletePaths(index))]) {
        writeArchiveFile(add, path.join(folder, name), { name, seconds });
      }
      writeArchiveEnd(add);
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function findStored(root: string, limits: Limits) {
  const stored = readStoredIndex(root, limits);
  if (stored === undefined || !isInstalled(stored.index, root)) {
    throw createUnsignedError(root);
  }
  refuseAbsentShards(root);
  return stored;
}

function createUnsignedError(root: string): UserError {
  return new UserError('E_DB_UNTRUSTED', `the database in "${root}" has no publisher's signature`, {
    hint: 'sign it with --key FILE, or install a signed database with "plimsoll db update --db-key FILE"',
  });
}

async function packShards(root: string, { layers }: DatabaseIndex, folder: string): Promise<void> {
  fs.mkdirSync(path.join(folder, 'shards'));
  for (const { id, schema, shards } of layers) {
    const generation = findCurrentGeneration(id === '' ? root : toLayerRoot(root, id));
    for (const { name, digest } of generation === undefined ? [] : shards) {
      const target = path.join(folder, toCompletePath({ digest }));
      if (!fs.existsSync(target)) {
        const file = toShardPath(generation ?? '', name);
        await packShard({ name, digest, schema, file }, target);
      }
    }
  }
}

/**
 * Unpacks a signed file into a directory and returns its files as a publication. Packed shards are
 * not verified by the digest in the index, because another compressor may have packed them: the
 * unpacked shards are.
 *
 * @throws UserError `E_DB_IMPORT` if it is malformed or truncated, `E_LIMIT`
 */
export async function unpackSignedArchive(
  file: string,
  folder: string,
  limits: Limits,
): Promise<{ readonly text: string; readonly source: DeliverySource }> {
  fs.mkdirSync(path.join(folder, 'shards'), { recursive: true });
  await unpackArchive(file, limits, ({ name }) => {
    if (name !== INDEX_FILE && !SHARD_PATH.test(name)) {
      throw createArchiveError(file, 'contains an entry that is neither an index nor a shard');
    }
    return path.join(folder, name);
  });
  const index = path.join(folder, INDEX_FILE);
  if (fs.statSync(index).size > limits.httpAnswerBytesMax) {
    throw new UserError('E_LIMIT', `the index has more than ${limits.httpAnswerBytesMax} bytes`);
  }
  const source: DeliverySource = {
    place: file,
    hasDeltas: false,
    fetchFile: async (requested) => {
      const packed = path.join(folder, requested.path);
      if (!fs.existsSync(packed)) {
        throw createArchiveError(file, `does not contain ${requested.path}, which its index lists`);
      }
      return packed;
    },
  };
  return { text: fs.readFileSync(index, 'utf8'), source };
}
