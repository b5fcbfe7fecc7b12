import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';

/** A range of a statement; `scheme` is absent if the source names none. */
export interface RangeSeed {
  readonly scheme?: string;
  readonly constraint: string;
  readonly fix?: string;
  readonly state?: string;
  readonly available?: { readonly date: string; readonly kind: string };
  readonly references?: readonly { readonly url: string; readonly id?: string }[];
}

/**
 * One statement about a package of a system (its index in `systems`), a package of an ecosystem, or
 * a product.
 */
export interface StatementSeed {
  readonly id: string;
  readonly provider: string;
  readonly status?: string;
  readonly aliases?: readonly string[];
  readonly cves?: readonly string[];
  readonly isUnaffected?: boolean;
  readonly system?: number;
  readonly ecosystem?: string;
  readonly name?: string;
  /**
   * Vendor, product, and further attributes; together with a name: the product that the package is.
   */
  readonly product?: Readonly<Record<string, string>>;
  readonly ranges?: readonly RangeSeed[];
  readonly qualifiers?: object;
  readonly severities?: readonly object[];
  readonly description?: string;
  readonly references?: readonly { readonly url: string }[];
}

export interface SystemSeed {
  readonly name: string;
  /** `ID` of its os-release file; the name if absent. */
  readonly releaseId?: string;
  readonly major?: string;
  readonly minor?: string;
  readonly label?: string;
  readonly codename?: string;
  readonly channel?: string;
  readonly endOfLife?: string;
}

export interface DatabaseSeed {
  readonly systems?: readonly SystemSeed[];
  readonly statements: readonly StatementSeed[];
  /** Build time; by default the second day of 2026. */
  readonly builtAt?: string;
  readonly exploited?: readonly { readonly cve: string; readonly ransomware?: string }[];
  readonly epss?: readonly { readonly cve: string; readonly epss: number }[];
  readonly weaknesses?: readonly { readonly cve: string; readonly cwe: string }[];
}

const SCHEMA = `
  CREATE TABLE blobs (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE db_metadata (build_timestamp DATETIME, model INTEGER, revision INTEGER,
    addition INTEGER);
  CREATE TABLE providers (id TEXT PRIMARY KEY, version TEXT, processor TEXT,
    date_captured DATETIME, input_digest TEXT);
  CREATE TABLE vulnerability_handles (id INTEGER PRIMARY KEY, name TEXT, status TEXT,
    published_date DATETIME, modified_date DATETIME, withdrawn_date DATETIME, provider_id TEXT,
    blob_id INTEGER);
  CREATE TABLE vulnerability_aliases (name TEXT, alias TEXT);
  CREATE TABLE operating_systems (id INTEGER PRIMARY KEY, name TEXT, release_id TEXT,
    major_version TEXT, minor_version TEXT, label_version TEXT, codename TEXT, channel TEXT,
    eol_date DATETIME, eoas_date DATETIME);
  CREATE TABLE packages (id INTEGER PRIMARY KEY, ecosystem TEXT, name TEXT);
  CREATE TABLE affected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER,
    operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);
  CREATE TABLE unaffected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER,
    operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);
  CREATE TABLE operating_system_specifier_overrides (alias TEXT, version TEXT,
    version_pattern TEXT, codename TEXT, channel TEXT, replacement TEXT,
    replacement_major_version TEXT, replacement_minor_version TEXT,
    replacement_label_version TEXT, replacement_channel TEXT, rolling NUMERIC,
    applicable_client_db_schemas TEXT);
  CREATE TABLE cpes (id INTEGER PRIMARY KEY, part TEXT, vendor TEXT, product TEXT, edition TEXT,
    language TEXT, software_edition TEXT, target_hardware TEXT, target_software TEXT, other TEXT);
  CREATE TABLE package_cpes (cpe_id INTEGER, package_id INTEGER);
  CREATE TABLE package_specifier_overrides (ecosystem TEXT, replacement_ecosystem TEXT);
  CREATE TABLE architecture_aliases (alias TEXT PRIMARY KEY, canonical TEXT);
  CREATE TABLE affected_cpe_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER,
    cpe_id INTEGER, blob_id INTEGER);
  CREATE TABLE unaffected_cpe_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER,
    cpe_id INTEGER, blob_id INTEGER);
  CREATE TABLE known_exploited_vulnerability_handles (id INTEGER PRIMARY KEY, cve TEXT,
    blob_id INTEGER);
  CREATE TABLE epss_handles (id INTEGER PRIMARY KEY, cve TEXT, epss REAL, percentile REAL);
  CREATE TABLE epss_metadata (date DATETIME);
  CREATE TABLE cwe_handles (id INTEGER PRIMARY KEY, cve TEXT, cwe TEXT, source TEXT, type TEXT);
  INSERT INTO db_metadata VALUES ('2026-01-02 03:04:05+00:00', 6, 1, 9);
  INSERT INTO architecture_aliases VALUES ('x86_64', 'amd64');
  INSERT INTO epss_metadata VALUES ('2026-01-01 00:00:00+00:00');
  INSERT INTO operating_system_specifier_overrides VALUES
    ('wolfi', '', '', '', '', NULL, NULL, NULL, NULL, NULL, 1, ''),
    ('centos', '', '', '', '', 'rhel', NULL, NULL, NULL, NULL, 0, ''),
    ('almalinux', '', '', '', '', 'rhel', NULL, NULL, NULL, NULL, 0, '');
`;

/**
 * Creates a database of the public schema with a few rows, imported the way a user's is. It is
 * closed and removed after use.
 */
export async function createDatabase(seed: DatabaseSeed): Promise<AdvisoryDatabase & Disposable> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-test-'));
  const file = path.join(folder, 'vulnerability.db');
  writeAdvisorySource(file, seed);
  const destination = path.join(folder, 'database');
  fs.mkdirSync(destination);
  const now = '2026-01-03T00:00:00Z';
  await importDatabase(file, destination, { progress: SILENT, limits: DEFAULT_LIMITS, now });
  const database = openDatabase(destination);
  const close = database[Symbol.dispose].bind(database);
  database[Symbol.dispose] = () => {
    close();
    fs.rmSync(folder, { recursive: true });
  };
  return database;
}

/** Writes a database of the public schema that Grype can read too. */
export function writeAdvisorySource(file: string, seed: DatabaseSeed): void {
  using source = new DatabaseSync(file);
  source.exec(SCHEMA);
  if (seed.builtAt !== undefined) {
    source.prepare('UPDATE db_metadata SET build_timestamp = ?').run(seed.builtAt);
  }
  const insert = (table: string, ...values: readonly (string | number | null)[]): number => {
    const marks = values.map(() => '?').join(', ');
    return Number(
      source.prepare(`INSERT INTO ${table} VALUES (${marks})`).run(...values).lastInsertRowid,
    );
  };
  const insertBlob = (value: object): number => insert('blobs', null, `${JSON.stringify(value)}\n`);
  for (const system of seed.systems ?? [{ name: 'testos', major: '1' }]) {
    const { name, releaseId = name, major = '', minor = '', label = '' } = system;
    const { codename = '', channel = '', endOfLife = null } = system;
    const version = [major, minor, label, codename, channel];
    insert('operating_systems', null, name, releaseId, ...version, endOfLife, null);
  }
  for (const id of new Set(seed.statements.map(({ provider }) => provider))) {
    insert('providers', id, '1', 'test', '2026-01-01 00:00:00.5+00:00', 'xxh64:0000000000000000');
  }
  const records = new Map<string, number>();
  for (const statement of seed.statements) {
    const key = `${statement.provider} ${statement.id}`;
    const record = records.get(key) ?? writeRecord(statement, insert, insertBlob);
    records.set(key, record);
    writeStatement(statement, record, insert, insertBlob);
  }
  for (const { cve, ransomware = 'unknown' } of seed.exploited ?? []) {
    const value = {
      cve,
      vendor_project: 'V',
      product: 'P',
      known_ransomware_campaign_use: ransomware,
    };
    insert('known_exploited_vulnerability_handles', null, cve, insertBlob(value));
  }
  for (const { cve, epss } of seed.epss ?? []) {
    insert('epss_handles', null, cve, epss, 0.5);
  }
  for (const { cve, cwe } of seed.weaknesses ?? []) {
    insert('cwe_handles', null, cve, cwe, 'nvd@nist.gov', 'Primary');
  }
}

type Insert = (table: string, ...values: readonly (string | number | null)[]) => number;
type WriteBlob = (value: object) => number;

function writeRecord(statement: StatementSeed, insert: Insert, blob: WriteBlob): number {
  const { id, provider, status = 'active', aliases, severities, description } = statement;
  const refs = statement.references ?? [{ url: `https://example.org/${id}` }];
  const record = blob({ id, description, refs, aliases, severities });
  return insert('vulnerability_handles', null, id, status, null, null, null, provider, record);
}

function writeStatement(
  statement: StatementSeed,
  record: number,
  insert: Insert,
  blob: WriteBlob,
): void {
  const { system, ecosystem, name, product, ranges = [], cves, qualifiers } = statement;
  const value = blob({ cves, qualifiers, ranges: ranges.map(createRangeBlob) });
  const effect = statement.isUnaffected === true ? 'unaffected' : 'affected';
  const isPackage = name !== undefined;
  if (product !== undefined) {
    const attributes = [
      'edition',
      'language',
      'software_edition',
      'target_hardware',
      'target_software',
    ];
    const rest = attributes.map((attribute) => product[attribute] ?? '');
    const named = [product['vendor'] ?? '', product['product'] ?? ''];
    const cpe = insertOnce('cpes', insert, [product['part'] ?? 'a', ...named, ...rest, '']);
    if (isPackage) {
      insert('package_cpes', cpe, insertOnce('packages', insert, [ecosystem ?? '', name]));
    } else {
      insert(`${effect}_cpe_handles`, null, record, cpe, value);
    }
  }
  if (isPackage) {
    const item = insertOnce('packages', insert, [ecosystem ?? '', name]);
    const place = system === undefined ? null : system + 1;
    insert(`${effect}_package_handles`, null, record, place, item, value);
  }
}

/** Rows written so far to one database, by their table and content. */
const KNOWN_ROWS = new WeakMap<Insert, Map<string, number>>();

function insertOnce(table: string, insert: Insert, values: readonly string[]): number {
  const rows = KNOWN_ROWS.get(insert) ?? new Map<string, number>();
  KNOWN_ROWS.set(insert, rows);
  const key = [table, ...values].join('\0').toLowerCase();
  const row = rows.get(key) ?? insert(table, null, ...values);
  rows.set(key, row);
  return row;
}

function createRangeBlob({
  scheme,
  constraint,
  fix,
  state,
  available,
  references,
}: RangeSeed): object {
  const isSilent = fix === undefined && state === undefined;
  const detail =
    available === undefined && references === undefined ? undefined : { available, references };
  return {
    version: { type: scheme, constraint },
    fix: isSilent ? undefined : { version: fix, state: state ?? 'fixed', detail },
  };
}
