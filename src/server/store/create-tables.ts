import { type Kysely, sql } from 'kysely';
import { UserError } from '../../core/error.ts';
import type { Tables } from './tables.ts';

/** Changes with the tables; a newer store is rejected. */
const STORE_VERSION = 1;

/** Creates the tables of a new store, and checks the version of an existing one. */
export async function prepareTables(db: Kysely<Tables>): Promise<void> {
  await db.schema.createTable('store').ifNotExists().addColumn('version', 'integer').execute();
  const row = await db.selectFrom('store').select('version').executeTakeFirst();
  if (row === undefined) {
    await db.transaction().execute(async (transaction) => {
      await createTables(transaction);
      await transaction.insertInto('store').values({ version: STORE_VERSION }).execute();
    });
  } else if (row.version !== STORE_VERSION) {
    throw new UserError(
      'E_STORE_VERSION',
      `the store has version ${row.version}, not ${STORE_VERSION}`,
      {
        hint: 'use the version of plimsoll that wrote the store, or one after it',
      },
    );
  }
}

/** The statements that create the tables, in one dialect that every engine understands. */
const STATEMENTS = [
  `create table revision (id integer primary key, kind text not null, at bigint not null,
    generation text not null, matched integer not null, opened integer not null,
    closed integer not null)`,
  `create table system (id integer primary key, json text not null unique, digest text not null)`,
  `create table component (id integer primary key, key text not null unique,
    system integer not null, type text not null, name text not null, version text not null,
    purl text not null, context blob not null)`,
  `create index component_name on component (name, version)`,
  `create index component_system on component (system)`,
  `create table read_key (hash bigint not null, component integer not null,
    primary key (hash, component))`,
  `create index read_key_component on read_key (component)`,
  `create table image (id integer primary key, document text not null unique, name text not null,
    digest text not null, packages integer not null, problems integer not null,
    first_seen bigint not null, revision integer not null, components blob not null,
    sealed integer not null)`,
  `create index image_name on image (name, id)`,
  `create index image_pending on image (id) where sealed = 0`,
  `create table posting (component integer not null, segment integer not null,
    images blob not null, held integer not null, primary key (component, segment))`,
  `create table match (component integer not null, kind integer not null,
    vulnerability text not null, number integer not null, opened integer not null, closed integer,
    severity integer not null, fix_state text not null, fix_versions text not null,
    reason text not null, digest text not null,
    primary key (component, kind, vulnerability, number, opened))`,
  `create index match_open on match (severity, vulnerability, component)
    where closed is null and kind = 0`,
  `create index match_vulnerability on match (vulnerability, component) where closed is null`,
  `create table vulnerability (id text primary key, epss integer not null,
    exploited integer not null)`,
  `create table rollup (segment integer primary key, counts blob not null)`,
  `create table total (severity integer primary key, findings bigint not null)`,
  `create table event (revision integer not null, component integer not null,
    kind integer not null, vulnerability text not null, change text not null,
    images integer not null,
    primary key (revision, component, kind, vulnerability, change))`,
];

async function createTables(db: Kysely<Tables>): Promise<void> {
  for (const statement of STATEMENTS) {
    await sql.raw(statement).execute(db);
  }
}
