import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseProvider } from '../core/advisory.ts';
import { UserError } from '../core/error.ts';
import type { FeedFacts } from './feed-facts.ts';
import { READABLE_SCHEMAS, type ShardKind } from './schema.ts';
import type { ShardCounts } from './shard-writer.ts';

export interface ShardEntry {
  /**
   * Name of the shard for references to its records, such as `os-alpine`; the file is `NAME.db`.
   */
  readonly name: string;
  readonly kind: ShardKind;
  /** Operating-system family or ecosystem; empty for other kinds. */
  readonly family: string;
  readonly sizeBytes: number;
  /** Time of the last change in whole seconds, the precision of archives and image layers. */
  readonly modifiedSeconds: number;
  /** `sha256:…` of its root page, which stands for all pages; in schema 3, of the file. */
  readonly digest: string;
  /** Providers of the records in it. */
  readonly providers: readonly string[];
  readonly counts: ShardCounts;
}

/** Content of a generation. Written last, so a generation without a manifest is incomplete. */
export interface Manifest {
  readonly schema: number;
  readonly sourceSchema: string;
  readonly builtAt: string;
  readonly importedAt: string;
  readonly origin: string;
  readonly providers: readonly DatabaseProvider[];
  /** Absent in an imported database. */
  readonly feed?: FeedFacts;
  readonly shards: readonly ShardEntry[];
  /** Names of further shards that the publisher has and that are not installed. */
  readonly absent?: readonly string[];
}

export const MANIFEST_FILE = 'manifest.json';
export const RENEW_HINT =
  'run "plimsoll db update", or import the database again: plimsoll db import FILE';

export function writeManifest(folder: string, manifest: Manifest): void {
  const file = fs.openSync(path.join(folder, MANIFEST_FILE), 'wx');
  try {
    fs.writeSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/**
 * Throws `UserError` `E_DB_INVALID` if the manifest is missing, unreadable or of another schema.
 */
export function readDatabaseManifest(folder: string): Manifest {
  const file = path.join(folder, MANIFEST_FILE);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as Manifest;
  } catch (cause) {
    throw new UserError(
      'E_DB_INVALID',
      `the advisory database has no readable manifest: "${file}"`,
      {
        hint: RENEW_HINT,
        cause,
      },
    );
  }
  if (!READABLE_SCHEMAS.includes(manifest.schema)) {
    throw new UserError(
      'E_DB_INVALID',
      `unsupported advisory database schema ${manifest.schema}: this version reads the schemas ${READABLE_SCHEMAS.join(' and ')}`,
      { hint: RENEW_HINT },
    );
  }
  if (!Array.isArray(manifest.shards) || !Array.isArray(manifest.providers)) {
    throw new UserError(
      'E_DB_INVALID',
      `the manifest of the advisory database is damaged: "${file}"`,
      {
        hint: RENEW_HINT,
      },
    );
  }
  return manifest;
}

/** Names come from an untrusted manifest, so a name must not lead to another directory. */
export function isShardName(name: string): boolean {
  return /^[a-z0-9_%-]{1,200}$/.test(name);
}

export function toShardPath(folder: string, name: string): string {
  return path.join(folder, `${name}.db`);
}

/** Throws `UserError` `E_DB_INVALID` if a shard is missing or has another size. */
export function checkShardSize(folder: string, { name, sizeBytes }: ShardEntry): void {
  const found = fs.statSync(toShardPath(folder, name), { throwIfNoEntry: false });
  if (found?.size !== sizeBytes) {
    throw createShardError(
      name,
      found === undefined ? 'is missing' : 'has changed size since it was written',
    );
  }
}

export function createShardError(name: string, what: string): UserError {
  return new UserError('E_DB_INVALID', `the shard ${name} of the advisory database ${what}`, {
    hint: RENEW_HINT,
  });
}
