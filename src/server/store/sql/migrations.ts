import { type Kysely, sql } from 'kysely';
import { dropTag } from '../../../compliance/policy/ledger.ts';
import { hashText } from '../read-key-hash.ts';
import { digestKey } from '../stored-text.ts';
import type { Tables } from '../tables.ts';
import { SCHEMA } from './schema.data.ts';
import type { StoreEngine } from './store-engine.ts';
import { writeIndexStatement, writeTableStatements } from './table-statements.ts';

/** A change of the tables; they only go forward, and each keeps all data. */
export interface Migration {
  /** Version of the store after it. */
  readonly version: number;
  /** A phrase that describes its effect. */
  readonly title: string;
  /** Whether programs of the version before may go on to use the store, until they are replaced. */
  readonly keepsOlder?: boolean;
  run(db: Kysely<Tables>, context: MigrationContext): Promise<void>;
}

interface MigrationContext {
  readonly engine: StoreEngine;
  /** Version of the store before the first migration: later ones created their tables as now. */
  readonly from: number;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 2,
    title: 'find systems, components and images by hashes of their names',
    run: addHashes,
  },
  {
    version: 3,
    title: 'add jobs, policies, decisions, verdicts, causes and retired images',
    run: addDecisions,
  },
  { version: 4, title: 'count the changes of the store', run: addChangeCount },
  {
    version: 5,
    title: 'add subscriptions with their messages and attempts',
    run: async (db, { engine }) => await addTables(db, engine, VERSION_5),
  },
  {
    version: 6,
    title: 'add tokens, sessions, the audit log, and projects of images',
    run: addAccess,
  },
  {
    version: 7,
    title: 'add owners of images, drafts of decisions, and times of operation',
    run: addOrigins,
  },
  {
    version: 8,
    title: 'order matches and images by component, add vetoes and pinned advisories',
    run: orderTables,
  },
  { version: 9, title: 'find images by their digests', run: addDigests },
  {
    version: 10,
    title: 'add statements about controls',
    run: async (db, { engine }) => await addTables(db, engine, ['statement']),
  },
  {
    version: 11,
    title: 'add placements of images',
    run: async (db, { engine }) => await addTables(db, engine, VERSION_11),
  },
  {
    version: 12,
    title: 'add channels, digests and issues to subscriptions, and the images of effects',
    run: addChannels,
  },
  { version: 13, title: 'record which versions of plimsoll may use the store', run: addOldest },
  {
    version: 14,
    title: 'add registries that are watched',
    keepsOlder: true,
    run: async (db, { engine }) => await addTables(db, engine, VERSION_14),
  },
  {
    version: 15,
    title: 'add documents that are attached to watched images',
    keepsOlder: true,
    run: async (db, { engine }) => await addTables(db, engine, ['registry_attachment']),
  },
  {
    version: 16,
    title: 'remember the answers to requests with idempotency keys',
    keepsOlder: true,
    run: async (db, { engine }) => await addTables(db, engine, ['known_answer']),
  },
  {
    version: 17,
    title: 'add the bases of images',
    keepsOlder: true,
    run: async (db, { engine }) => await addTables(db, engine, VERSION_17),
  },
  {
    version: 18,
    title: 'add the statements of VEX documents that were sent',
    keepsOlder: true,
    run: async (db, { engine }) => await addTables(db, engine, ['vex_statement']),
  },
  {
    version: 19,
    title: 'add the content of documents that are attached to watched images',
    keepsOlder: true,
    run: async (db, { engine }) => await addTables(db, engine, VERSION_19),
  },
  {
    version: 20,
    title: 'add the reachability of the packages of images',
    keepsOlder: true,
    run: async (db, { engine }) => await addTables(db, engine, ['image_reach']),
  },
  // Programs before would apply the decisions of a project to the images of all.
  { version: 21, title: 'add projects of decisions', run: addDecisionProjects },
  // Programs before would count the statements of a project for the images of all.
  { version: 22, title: 'add projects of statements about controls', run: addStatementProjects },
];

/** The oldest version whose programs may use a store after some migrations. */
export function findOldest(migrations: readonly Migration[] = MIGRATIONS): number {
  const ending = migrations.filter(({ keepsOlder = false }) => !keepsOlder);
  return Math.max(1, ...ending.map(({ version }) => version));
}

/** Runs the migrations after a version. */
export async function migrateTables(
  db: Kysely<Tables>,
  engine: StoreEngine,
  version: number,
): Promise<void> {
  for (const migration of MIGRATIONS.filter((one) => one.version > version)) {
    await migration.run(db, { engine, from: version });
  }
}

async function addHashes(db: Kysely<Tables>): Promise<void> {
  await sql`alter table component add column name_hash bigint not null default 0`.execute(db);
  await sql`alter table image add column name_hash bigint not null default 0`.execute(db);
  await sql`alter table system add column key text not null default ''`.execute(db);
  for (const table of ['component', 'image'] as const) {
    await sql`drop index ${sql.ref(`${table}_name`)}`.execute(db);
    for (const { name } of await db.selectFrom(table).select('name').distinct().execute()) {
      const values = { name_hash: hashText(name) };
      await db.updateTable(table).set(values).where('name', '=', name).execute();
    }
  }
  for (const { id, json } of await db.selectFrom('system').select(['id', 'json']).execute()) {
    await db
      .updateTable('system')
      .set({ key: digestKey(json) })
      .where('id', '=', id)
      .execute();
  }
  await addIndexes(db, ['component', 'image', 'system'], ADDED_INDEXES);
}

async function addIndexes(
  db: Kysely<Tables>,
  tables: readonly (keyof Tables)[],
  names: ReadonlySet<string>,
): Promise<void> {
  for (const table of tables) {
    const added = SCHEMA[table].indexes?.filter(({ name }) => names.has(name)) ?? [];
    for (const index of added) {
      await sql.raw(writeIndexStatement(table, index)).execute(db);
    }
  }
}

/** Adds the column to the table that exists before all others. */
export async function addChangeCount(db: Kysely<Tables>): Promise<void> {
  await sql`alter table store add column changes bigint not null default 0`.execute(db);
}

export async function addOldest(db: Kysely<Tables>): Promise<void> {
  await sql`alter table store add column oldest integer not null default 1`.execute(db);
}

const VERSION_3 = [
  'job',
  'policy',
  'decision',
  'verdict',
  'cause',
  'effect',
  'outbox',
  'held_update',
] as const;

const VERSION_6 = ['token', 'session', 'audit'] as const;

const VERSION_5 = ['subscription', 'delivery', 'attempt'] as const;

const VERSION_7 = ['image_origin', 'draft', 'presence'] as const;

const VERSION_8 = ['veto', 'pin'] as const;

const VERSION_11 = ['placement', 'placement_report'] as const;

const VERSION_14 = ['registry_watch', 'registry_tag', 'registry_hint'] as const;

const VERSION_17 = ['base', 'base_component', 'image_base'] as const;

const VERSION_19 = ['attached_check', 'attached_document'] as const;

/** The labels of images that were added before are not read again: they have no owner. */
async function addOrigins(db: Kysely<Tables>, { engine }: MigrationContext): Promise<void> {
  await addTables(db, engine, VERSION_7);
  const images = await db.selectFrom('image').select(['id', 'name']).execute();
  for (const { id, name } of images) {
    const row = { image: id, family_hash: hashText(dropTag(name)), owner: '' };
    await db.insertInto('image_origin').values(row).execute();
  }
}

/** Only the digest of the configuration is known of images that were added before. */
async function addDigests(db: Kysely<Tables>, { engine }: MigrationContext): Promise<void> {
  await addTables(db, engine, ['image_digest']);
  await sql`insert into image_digest (digest, image)
    select digest, id from image where digest like 'sha256:%' and length(digest) = 71`.execute(db);
}

/** The images of effects before are only known if they can be derived. */
async function addChannels(db: Kysely<Tables>, { engine, from }: MigrationContext): Promise<void> {
  if (from >= VERSION_OF_SUBSCRIPTIONS) {
    const table = sql`alter table subscription add column`;
    await sql`${table} channel text not null default 'webhook'`.execute(db);
    await sql`${table} options text not null default '{}'`.execute(db);
    await sql`${table} digest_at bigint`.execute(db);
  }
  await addTables(db, engine, ['effect_image', 'digest_entry', 'ticket']);
}

async function addDecisions(db: Kysely<Tables>, { engine }: MigrationContext): Promise<void> {
  await sql`alter table image add column retired integer`.execute(db);
  await addTables(db, engine, VERSION_3);
}

/** Decisions before apply to images of all projects. */
async function addDecisionProjects(db: Kysely<Tables>, { from }: MigrationContext): Promise<void> {
  if (from >= VERSION_OF_VERDICTS) {
    await sql`alter table decision add column project text not null default ''`.execute(db);
  }
}

/** Statements before count for images of all projects. */
async function addStatementProjects(db: Kysely<Tables>, { from }: MigrationContext): Promise<void> {
  if (from >= VERSION_OF_STATEMENTS) {
    await sql`alter table statement add column project text not null default ''`.execute(db);
  }
}

/** Replaces the table, because its old index or constraint has each document only once. */
async function addAccess(db: Kysely<Tables>, { engine }: MigrationContext): Promise<void> {
  for (const { name } of SCHEMA.image.indexes ?? []) {
    await sql`drop index if exists ${sql.ref(name)}`.execute(db);
  }
  await sql`alter table image rename to image_before`.execute(db);
  await addTables(db, engine, ['image', ...VERSION_6]);
  const columns = Object.keys(SCHEMA.image.columns).filter((name) => name !== 'project');
  const list = sql.join(columns.map((name) => sql.ref(name)));
  await sql`insert into image (${list}, project) select ${list}, '' from image_before`.execute(db);
  await sql`drop table image_before`.execute(db);
}

/** The versions that created tables, which have all of their columns and indexes since. */
const VERSION_OF_VERDICTS = 3;
const VERSION_OF_SUBSCRIPTIONS = 5;
const VERSION_OF_PROJECTS = 6;
const VERSION_OF_STATEMENTS = 10;

const VERSION_8_INDEXES: ReadonlySet<string> = new Set([
  'image_alive',
  'image_retired',
  'job_state',
  'verdict_current',
]);

/** Tables that SQLite kept in the order of insertion before. */
const ORDERED = ['posting', 'read_key', 'match', 'event'] as const;

async function orderTables(db: Kysely<Tables>, { engine, from }: MigrationContext): Promise<void> {
  if (from >= VERSION_OF_VERDICTS) {
    await sql`alter table verdict add column failing integer`.execute(db);
    await addIndexes(db, ['job', 'verdict'], VERSION_8_INDEXES);
  }
  if (from >= VERSION_OF_PROJECTS) {
    await addIndexes(db, ['image'], VERSION_8_INDEXES);
  }
  await addTables(db, engine, VERSION_8);
  if (engine.name !== 'sqlite') {
    return;
  }
  for (const table of ORDERED) {
    const old = sql.ref(`${table}_before`);
    await sql`alter table ${sql.ref(table)} rename to ${old}`.execute(db);
    for (const { name } of SCHEMA[table].indexes ?? []) {
      await sql`drop index ${sql.ref(name)}`.execute(db);
    }
    await addTables(db, engine, [table]);
    await sql`insert into ${sql.ref(table)} select * from ${old}`.execute(db);
    await sql`drop table ${old}`.execute(db);
  }
}

async function addTables(
  db: Kysely<Tables>,
  engine: StoreEngine,
  tables: readonly (keyof Tables)[],
): Promise<void> {
  for (const table of tables) {
    for (const statement of writeTableStatements(table, SCHEMA[table], engine.name)) {
      await sql.raw(statement).execute(db);
    }
  }
}

const ADDED_INDEXES: ReadonlySet<string> = new Set(['component_name', 'image_name', 'system_key']);
