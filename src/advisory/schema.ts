import type { OperatingSystem } from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';
import { PAGE_COLUMNS } from './line-pages.ts';

/**
 * Raise it if readers and shards of different numbers are incompatible: whatever a reader relies on
 * must exist. 3: contents and records are stored in pages of lines, `meta` has the place of every
 * record.
 */
export const SHARD_SCHEMA = 3;

/** `PRAGMA application_id` of every shard: "plms" in ASCII. */
const APPLICATION_ID = 0x706c6d73;

/** Kinds of shards. `records`: vulnerabilities without any statement. */
export const SHARD_KINDS = ['meta', 'system', 'ecosystem', 'product', 'records'] as const;
export type ShardKind = (typeof SHARD_KINDS)[number];

export const META_SHARD = 'meta';
export const PRODUCT_SHARD = 'cpe';
export const RECORDS_SHARD = 'records';

const PAGE_BYTES = 4096;

/** Pragmas of a file that is written once, in a directory that is not read yet. */
export const WRITE_PRAGMAS = `
  PRAGMA page_size = ${PAGE_BYTES};
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SHARD_SCHEMA};
`;

/**
 * `package_keys` has one row per key; equal contents of several keys (mostly the minor releases of
 * one system) are stored once. `hash` covers the statements and their records, so that two
 * databases differ in exactly the keys with different hashes.
 */
export const SHARD_TABLES = `
  CREATE TABLE package_keys (
    key TEXT PRIMARY KEY, content INTEGER NOT NULL, hash BLOB NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE content_pages (${PAGE_COLUMNS});
  CREATE TABLE record_pages (${PAGE_COLUMNS});
`;

/**
 * Small tables, and those that are looked up by CVE independent of a package. Lists keep their
 * order by `position`.
 */
export const META_TABLES = `
  CREATE TABLE operating_systems (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE system_overrides (position INTEGER PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE ecosystem_overrides (
    position INTEGER PRIMARY KEY, ecosystem TEXT NOT NULL, replacement TEXT NOT NULL
  );
  CREATE TABLE architecture_aliases (alias TEXT PRIMARY KEY, canonical TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE exploited (cve TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (cve, position)) WITHOUT ROWID;
  CREATE TABLE epss (cve TEXT PRIMARY KEY, name TEXT NOT NULL, epss REAL NOT NULL,
    percentile REAL NOT NULL, date TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE weaknesses (cve TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,
    cwe TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (cve, position)) WITHOUT ROWID;
  CREATE TABLE ssvc (cve TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (cve, position)) WITHOUT ROWID;
`;

/** Returns the shard name of an operating-system family, such as `os-alpine`. */
export function toSystemShard(family: string): string {
  return `os-${encodeName(family)}`;
}

/** Returns the shard name of a language or vendor ecosystem, such as `ecosystem-npm`. */
export function toEcosystemShard(ecosystem: string): string {
  return `ecosystem-${encodeName(ecosystem)}`;
}

/** Names come from the data: only these characters are used in a file name unescaped. */
function encodeName(name: string): string {
  const bytes = Buffer.from(foldCase(name), 'utf8');
  let encoded = '';
  for (const byte of bytes) {
    const letter = String.fromCharCode(byte);
    encoded += /[a-z0-9_-]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return encoded;
}

/**
 * Returns the key of a release within its family, such as `3.20`, `@rolling`, `9.4+eus`; unique
 * there, and stable between databases.
 */
export function toReleaseKey(system: OperatingSystem): string {
  const minor = system.minorVersion === '' ? '' : `.${system.minorVersion}`;
  const label = system.label === '' ? '' : `@${system.label}`;
  const channel = system.channel === '' ? '' : `+${system.channel}`;
  const id = foldCase(system.releaseId);
  const variant = id === '' || id === foldCase(system.name) ? '' : `~${id}`;
  return foldCase(`${system.majorVersion}${minor}${label}${channel}${variant}`);
}

/** Returns the key of an operating-system package in the shard of its family. */
export function toSystemPackageKey(release: string, ecosystem: string, name: string): string {
  return `${release}\0${foldCase(ecosystem)}\0${foldCase(name)}`;
}

/** Returns the key to look up a provider's record of a vulnerability. */
export function toRecordIdKey(provider: string, id: string): string {
  return `${foldCase(id)}\0${foldCase(provider)}`;
}
