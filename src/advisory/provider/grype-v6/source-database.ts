import type { DatabaseSync } from 'node:sqlite';
import type {
  DatabaseProvider,
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  Weakness,
} from '../../../core/advisory.ts';
import { defined } from '../../../core/defined.ts';
import { UserError } from '../../../core/error.ts';
import { toText } from '../../../core/to-text.ts';
import { findComputedValues } from '../../computed-schema.ts';
import { openImmutable } from '../../open-immutable.ts';
import type { SystemOverride } from '../../resolve-release.ts';
import { type ExploitedBlob, parseTime, toExploited } from './blob.ts';

type Row = Readonly<Record<string, unknown>>;

const MODEL = 6;

/**
 * Required tables of this schema. Later versions added `architecture_aliases` and `cwe_handles`.
 */
const TABLES_NEEDED = [
  'affected_cpe_handles',
  'affected_package_handles',
  'blobs',
  'cpes',
  'db_metadata',
  'operating_system_specifier_overrides',
  'operating_systems',
  'package_specifier_overrides',
  'packages',
  'providers',
  'vulnerability_handles',
] as const;

const TABLES_LATER = [
  'architecture_aliases',
  'cwe_handles',
  'epss_handles',
  'epss_metadata',
  'known_exploited_vulnerability_handles',
  'package_cpes',
  'unaffected_cpe_handles',
  'unaffected_package_handles',
  'vulnerability_aliases',
] as const;

/**
 * The newest schema that we support, to compare with the members of `applicable_client_db_schemas`.
 */
const CLIENT_SCHEMA = [6, 1, 9] as const;
const BOUND = /^\s*(<=|>=|<|>|=)\s*v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})\s*$/;

/** Statements refer to packages and blobs all over the file. */
const CACHE_KIB = 16 * 1024;

/** Opens a database of schema 6 for reading and validates its schema. */
export function openSource(file: string): DatabaseSync {
  const database = openImmutable(file);
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  try {
    checkSchema(database);
  } catch (cause) {
    database.close();
    if (cause instanceof UserError) {
      throw cause;
    }
    throw new UserError('E_DB_IMPORT', 'the file is not a valid SQLite database', {
      hint: 'download the archive again',
      cause,
    });
  }
  return database;
}

function checkSchema(database: DatabaseSync): void {
  const computed = findComputedValues(database);
  if (computed !== undefined) {
    throw new UserError(
      'E_DB_IMPORT',
      `the file is not a Grype vulnerability database: ${computed}`,
      { hint: 'download the archive again, from a source that you trust' },
    );
  }
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const tables = new Set(names.map((row) => String(row['name'])));
  const missing = TABLES_NEEDED.filter((table) => !tables.has(table));
  if (missing.length > 0) {
    throw new UserError(
      'E_DB_IMPORT',
      `the file is not a Grype vulnerability database: it has no table "${missing[0]}"`,
    );
  }
  const model = Number(database.prepare('SELECT model FROM db_metadata').get()?.['model']);
  if (model !== MODEL) {
    throw new UserError(
      'E_DB_IMPORT',
      `unsupported database schema ${model}: this version reads schema ${MODEL}`,
      {
        hint: 'use the database of the current Grype release',
      },
    );
  }
  for (const table of TABLES_LATER.filter((name) => !tables.has(name))) {
    database.exec(`CREATE TEMP TABLE ${table} AS ${EMPTY_TABLES[table]}`);
  }
}

const NO_ROWS = 'WHERE 0';
const EMPTY_TABLES: Readonly<Record<(typeof TABLES_LATER)[number], string>> = {
  architecture_aliases: `SELECT '' AS alias, '' AS canonical ${NO_ROWS}`,
  cwe_handles: `SELECT 0 AS id, '' AS cve, '' AS cwe, '' AS source, '' AS type ${NO_ROWS}`,
  epss_handles: `SELECT 0 AS id, '' AS cve, 0 AS epss, 0 AS percentile ${NO_ROWS}`,
  epss_metadata: `SELECT '' AS date ${NO_ROWS}`,
  known_exploited_vulnerability_handles: `SELECT 0 AS id, '' AS cve, 0 AS blob_id ${NO_ROWS}`,
  package_cpes: `SELECT 0 AS cpe_id, 0 AS package_id ${NO_ROWS}`,
  unaffected_cpe_handles: `SELECT * FROM affected_cpe_handles ${NO_ROWS}`,
  unaffected_package_handles: `SELECT * FROM affected_package_handles ${NO_ROWS}`,
  vulnerability_aliases: `SELECT '' AS name, '' AS alias ${NO_ROWS}`,
};

export interface SourceFacts {
  readonly sourceSchema: string;
  readonly builtAt: string;
  readonly providers: readonly DatabaseProvider[];
}

export function readFacts(database: DatabaseSync): SourceFacts {
  const row = database.prepare('SELECT * FROM db_metadata').get() ?? {};
  return {
    sourceSchema: `v${['model', 'revision', 'addition'].map((part) => Number(row[part])).join('.')}`,
    builtAt: parseTime(row['build_timestamp']) ?? '',
    providers: database
      .prepare('SELECT * FROM providers ORDER BY id')
      .all()
      .map((provider) => ({
        id: toText(provider['id']),
        version: toText(provider['version']),
        processor: toText(provider['processor']),
        capturedAt: parseTime(provider['date_captured']) ?? '',
        inputDigest: toText(provider['input_digest']),
      })),
  };
}

/**
 * Returns the operating systems with the IDs of the source, which determine the order of look-up
 * results.
 */
export function readSystems(database: DatabaseSync): readonly OperatingSystem[] {
  return database
    .prepare('SELECT * FROM operating_systems ORDER BY id')
    .all()
    .map((row) => {
      const endOfLife = parseTime(row['eol_date']);
      const endOfActiveSupport = parseTime(row['eoas_date']);
      return {
        id: Number(row['id']),
        name: toText(row['name']),
        releaseId: toText(row['release_id']),
        majorVersion: toText(row['major_version']),
        minorVersion: toText(row['minor_version']),
        label: toText(row['label_version']),
        codename: toText(row['codename']),
        channel: toText(row['channel']),
        ...defined({ endOfLife, endOfActiveSupport }),
      };
    });
}

/** Returns the rules that apply to a client of the newest schema, in their order. */
export function readSystemOverrides(database: DatabaseSync): readonly SystemOverride[] {
  return database
    .prepare('SELECT * FROM operating_system_specifier_overrides ORDER BY rowid')
    .all()
    .filter((row) => isClientSchema(toText(row['applicable_client_db_schemas'])))
    .map((row) => ({
      alias: toText(row['alias']),
      version: toText(row['version']),
      versionPattern: toText(row['version_pattern']),
      codename: toText(row['codename']),
      isRolling: Number(row['rolling']) === 1,
      ...pickText(row, 'name', 'replacement'),
      ...pickText(row, 'majorVersion', 'replacement_major_version'),
      ...pickText(row, 'minorVersion', 'replacement_minor_version'),
      ...pickText(row, 'label', 'replacement_label_version'),
      ...pickText(row, 'channel', 'replacement_channel'),
    }));
}

/** A constraint that cannot be parsed applies, as in Grype. */
function isClientSchema(constraint: string): boolean {
  return constraint
    .split(',')
    .map((term) => BOUND.exec(term))
    .filter((term) => term !== null)
    .every(([, operator, ...parts]) => {
      const order = compareSchema(parts.map(Number));
      switch (operator) {
        case '<':
          return order < 0;
        case '<=':
          return order <= 0;
        case '>':
          return order > 0;
        case '>=':
          return order >= 0;
        default:
          return order === 0;
      }
    });
}

/** Returns a negative number if this client is older than the schema. */
function compareSchema(schema: readonly number[]): number {
  for (const [index, part] of CLIENT_SCHEMA.entries()) {
    const difference = part - (schema[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

export function* readEcosystemOverrides(database: DatabaseSync) {
  const rows = database
    .prepare('SELECT * FROM package_specifier_overrides ORDER BY rowid')
    .iterate();
  for (const row of rows) {
    yield {
      ecosystem: toText(row['ecosystem']),
      replacement: toText(row['replacement_ecosystem']),
    };
  }
}

export function* readArchitectureAliases(database: DatabaseSync) {
  for (const row of database
    .prepare('SELECT * FROM architecture_aliases ORDER BY alias')
    .iterate()) {
    yield { alias: toText(row['alias']), canonical: toText(row['canonical']) };
  }
}

export function* readExploited(database: DatabaseSync): Generator<ExploitedRecord> {
  const rows = database
    .prepare(
      `SELECT k.cve AS cve, b.value AS value FROM known_exploited_vulnerability_handles k
       JOIN blobs b ON b.id = k.blob_id ORDER BY k.id`,
    )
    .iterate();
  for (const row of rows) {
    yield toExploited(toText(row['cve']), JSON.parse(toText(row['value'])) as ExploitedBlob);
  }
}

export function* readEpss(database: DatabaseSync): Generator<EpssScore> {
  const metadata = database.prepare('SELECT date FROM epss_metadata').get();
  const date = (parseTime(metadata?.['date']) ?? '').slice(0, 'YYYY-MM-DD'.length);
  for (const row of database.prepare('SELECT * FROM epss_handles ORDER BY id').iterate()) {
    const { epss, percentile } = row;
    yield {
      cve: toText(row['cve']),
      epss: Number(epss),
      percentile: Number(percentile),
      date,
    };
  }
}

export function* readWeaknesses(database: DatabaseSync): Generator<Weakness> {
  for (const row of database.prepare('SELECT * FROM cwe_handles ORDER BY id').iterate()) {
    yield {
      cve: toText(row['cve']),
      cwe: toText(row['cwe']),
      source: toText(row['source']),
      kind: toText(row['type']),
    };
  }
}

function pickText<Name extends string>(
  row: Row,
  name: Name,
  column: string,
): Partial<Record<Name, string>> {
  const value = row[column];
  return typeof value === 'string' ? ({ [name]: value } as Record<Name, string>) : {};
}
