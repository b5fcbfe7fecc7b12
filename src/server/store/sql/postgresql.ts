import { setTimeout as pause } from 'node:timers/promises';
import { type Kysely, PostgresDialect, sql } from 'kysely';
import { Pool, types } from 'pg';
import { UserError } from '../../../foundation/core/error.ts';
import { toStoredValue } from '../stored-text.ts';
import type { Tables } from '../tables.ts';
import { SCHEMA } from './schema.data.ts';
import type { Row, StoreEngine } from './store-engine.ts';
import { quoteNames, toColumnType, writeConflictClause } from './table-statements.ts';

const CONNECTIONS_MAX = 6;
const CONNECT_MILLISECONDS_MAX = 10_000;
/** Rows of one statement. */
const ROWS_EACH = 5_000;
/** Arbitrary: identifies the lock of the one transaction that writes. */
const WRITE_LOCK = 7_447_001;

/** Numbers of the store fit into 53 bits; the driver returns `bigint` columns as text. */
const BIGINT_TYPE = types.builtins.INT8;

/** Opens a PostgreSQL database, with tables in a schema; without one, in the default schema. */
export function openPostgresql(url: string, schema?: string): StoreEngine {
  const pool = new Pool({
    connectionString: schema === undefined ? url : addSearchPath(url, schema),
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MILLISECONDS_MAX,
    types: {
      getTypeParser: (type, format) =>
        type === BIGINT_TYPE ? Number : types.getTypeParser(type, format),
    },
  });
  // A lost connection is replaced: queries that need it report the error. Without these listeners,
  // a restart of the database would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    name: 'postgresql',
    dialect: new PostgresDialect({ pool }),
    async writeRows(db, { table, rows, keys }) {
      for (let at = 0; at < rows.length; at += ROWS_EACH) {
        await insertRows(db, table, { rows: rows.slice(at, at + ROWS_EACH), keys });
      }
    },
    async lockWriting(db) {
      // Stores in several schemas do not wait for each other.
      const lock =
        schema === undefined ? sql`${WRITE_LOCK}` : sql`${WRITE_LOCK}, hashtext(${schema})`;
      await sql`select pg_advisory_xact_lock(${lock})`.execute(db);
    },
    async readTime(db) {
      const { rows } = await sql<{
        readonly now: number;
      }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
      return rows[0]?.now ?? 0;
    },
    readState: async (db, work) =>
      await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(work),
    async [Symbol.asyncDispose]() {
      if (!pool.ended) {
        await pool.end();
      }
    },
  };
}

/**
 * Adds the schema of all names to the settings with which connections start. A statement on a
 * connection could reach another store: poolers give connections to others.
 */
function addSearchPath(url: string, schema: string): string {
  const at = url.indexOf('?');
  const parameters = new URLSearchParams(at === -1 ? '' : url.slice(at));
  const before = parameters.get('options') ?? '';
  parameters.set('options', `${before} -c search_path=${quoteNames([schema])}`.trim());
  return `${at === -1 ? url : url.slice(0, at)}?${parameters.toString()}`;
}

/** PostgreSQL, "PostgreSQL Error Codes". */
const FORBIDDEN = '42501';
const KNOWN_NAMES: ReadonlySet<string> = new Set(['23505', '42P06']);

/**
 * Creates a schema if it is missing.
 *
 * @throws UserError `E_STORE_UNREACHABLE` if the user of the database may not create it
 */
export async function prepareSchema(db: Kysely<Tables>, schema: string): Promise<void> {
  const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(db);
  if (rows.length > 0) {
    return;
  }
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    // Another process has created it at the same time.
    if (KNOWN_NAMES.has(String(code))) {
      return;
    }
    if (code !== FORBIDDEN) {
      throw cause;
    }
    const message = `the user of the database may not create the schema "${schema}"`;
    throw new UserError('E_STORE_UNREACHABLE', message, {
      hint: `let an administrator run: create schema "${schema}" authorization USER`,
      cause,
    });
  }
}

interface Insertion {
  readonly rows: readonly Row[];
  readonly keys: readonly string[];
}

/** One array for each column: a statement with a value for each row would be parsed anew. */
async function insertRows(
  db: Kysely<Tables>,
  table: keyof Tables,
  { rows, keys }: Insertion,
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const schema = new Map<string, string>(Object.entries(SCHEMA[table].columns));
  const arrays = columns.map((column) => {
    const type = toColumnType(schema.get(column) ?? 'text');
    const array = rows.map((row) => toStoredValue(row[column]));
    return sql`${array}::${sql.raw(type === 'blob' ? 'bytea' : type)}[]`;
  });
  const names = sql.raw(quoteNames(columns));
  const conflict = sql.raw(writeConflictClause(columns, keys));
  await sql`insert into ${sql.table(table)} (${names})
    select * from unnest(${sql.join(arrays)})${conflict}`.execute(db);
}

/** A database that is starting is not ready yet. PostgreSQL, "PostgreSQL Error Codes". */
const STARTING = '57P03';
const START_MILLISECONDS_MAX = 60_000;
const RETRY_MILLISECONDS = 250;

/**
 * Waits until a database that is starting is ready. The password in its URL is not shown.
 *
 * @throws UserError `E_STORE_UNREACHABLE`
 */
export async function checkConnection(db: Kysely<Tables>, url: string): Promise<void> {
  for (let waited = 0; ; waited += RETRY_MILLISECONDS) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (cause) {
      const isStarting = cause instanceof Error && 'code' in cause && cause.code === STARTING;
      if (isStarting && waited < START_MILLISECONDS_MAX) {
        await pause(RETRY_MILLISECONDS);
        continue;
      }
      const reason = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
      const message = `could not connect to ${hidePassword(url)}${reason}`;
      throw new UserError('E_STORE_UNREACHABLE', message, {
        hint: 'check that PostgreSQL is running, and that the user may sign in to the database',
        cause,
      });
    }
  }
}

const PASSWORD = /(?<=:\/\/[^/@]*:)[^/@]*(?=@)/;

function hidePassword(url: string): string {
  const [address = ''] = url.replace(PASSWORD, '…').split('?');
  return address;
}
