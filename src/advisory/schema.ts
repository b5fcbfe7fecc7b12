import type { OperatingSystem } from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';
import { PAGE_COLUMNS } from './line-pages.ts';

/**
 * Raised when readers and shards of different numbers would not understand each other: what a
 * reader relies on must be there. 3: contents and records lie in pages of lines, `meta` tells where
 * every record is.
 */
export const SHARD_SCHEMA = 3;

/** `PRAGMA application_id` of every shard: "plms" in ASCII. */
const APPLICATION_ID = 0x706c6d73;

/** What a shard holds. `records`: vulnerabilities that no statement refers to. */
export const SHARD_KINDS = ['meta', 'system', 'ecosystem', 'product', 'records'] as const;
export type ShardKind = (typeof SHARD_KINDS)[number];

export const META_SHARD = 'meta';
export const PRODUCT_SHARD = 'cpe';
export const RECORDS_SHARD = 'records';

const PAGE_BYTES = 4096;

/** Pragmas of a file that is written once, in a folder that nobody reads yet. */
export const WRITE_PRAGMAS = `
  PRAGMA page_size = ${PAGE_BYTES};
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SHARD_SCHEMA};
`;

/**
 * `package_keys` has one row a key; equal contents of several keys (the minor releases of one
 * system, mostly) are kept once. `hash` covers the statements and the records they refer to, so
 * that two databases differ in exactly the keys whose hashes differ.
 */
export const SHARD_TABLES = `
  CREATE TABLE package_keys (
    key TEXT PRIMARY KEY, content INTEGER NOT NULL, hash BLOB NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE content_pages (${PAGE_COLUMNS});
  CREATE TABLE record_pages (${PAGE_COLUMNS});
`;

/** What is small or asked for by CVE, whichever package. Lists keep their order by `position`. */
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
`;

/** Name of the shard of an operating-system family, e.g. `os-alpine`. */
export function systemShard(family: string): string {
  return `os-${encodeName(family)}`;
}

/** Name of the shard of a language's or vendor's ecosystem, e.g. `ecosystem-npm`. */
export function ecosystemShard(ecosystem: string): string {
  return `ecosystem-${encodeName(ecosystem)}`;
}

/** Names come from the data: only these characters reach a file name as they are. */
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
 * A release within its family, e.g. `3.20`, `@rolling`, `9.4+eus`; unique there, and stable between
 * databases.
 */
export function releaseKey(system: OperatingSystem): string {
  const minor = system.minorVersion === '' ? '' : `.${system.minorVersion}`;
  const label = system.label === '' ? '' : `@${system.label}`;
  const channel = system.channel === '' ? '' : `+${system.channel}`;
  const id = foldCase(system.releaseId);
  const variant = id === '' || id === foldCase(system.name) ? '' : `~${id}`;
  return foldCase(`${system.majorVersion}${minor}${label}${channel}${variant}`);
}

/** Key of a package of an operating system in the shard of its family. */
export function systemPackageKey(release: string, ecosystem: string, name: string): string {
  return `${release}\0${foldCase(ecosystem)}\0${foldCase(name)}`;
}

/** Key by which a provider's record of a vulnerability is found. */
export function recordIdKey(provider: string, id: string): string {
  return `${foldCase(id)}\0${foldCase(provider)}`;
}
