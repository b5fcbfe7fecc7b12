import {
  AliasNode,
  FromNode,
  IdentifierNode,
  JoinNode,
  type Kysely,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  ParensNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  type RawBuilder,
  type RootOperationNode,
  SelectQueryNode,
  sql,
  TableNode,
  type UnknownRow,
  WhereNode,
} from 'kysely';
import { assert } from '../../foundation/core/assert.ts';
import type { EngineName } from './sql/store-engine.ts';
import type { Tables } from './tables.ts';

/** The part of a store that a caller may read: the images of some projects. */
export interface ReadScope {
  /** With those that were retired. */
  readonly images: ReadonlySet<number>;
  /** The components of the images, with the revision of the first image that has each. */
  readonly since: ReadonlyMap<number, number>;
  /** The components that are new in each revision. */
  readonly added: ReadonlyMap<number, readonly number[]>;
  readonly lists: ScopeLists;
}

/** JSON lists of the IDs that a query of a scope is limited to. */
export interface ScopeLists {
  readonly projects: string;
  readonly images: string;
  /** The images as the subjects of causes, which are texts. */
  readonly imageTexts: string;
  readonly segments: string;
  /** Components of the images, also of retired ones. */
  readonly known: string;
  /** Components of the images of the state that is read. */
  readonly held: string;
  /** Revisions with an effect on the images; those of the whole server have one by their kind. */
  readonly revisions: string;
  readonly decisions: string;
  readonly decisionTexts: string;
  readonly statements: string;
  readonly statementTexts: string;
  readonly drafts: string;
}

/** The columns and conditions of a table in a scope. */
interface TableLimit {
  /** Columns whose values are about all projects are replaced. */
  readonly columns?: RawBuilder<unknown>;
  readonly where: (lists: ScopeLists, isIn: IsIn) => RawBuilder<unknown>;
  /** Whether a row that is joined, or a condition, always belongs to a row that was limited. */
  readonly isFreeToJoin?: true;
}

type IsIn = (column: RawBuilder<unknown>, list: string, type?: 'text') => RawBuilder<unknown>;

const column = sql.ref;
const OF_IMAGE = {
  where: ({ images }: ScopeLists, isIn: IsIn) => isIn(column('image'), images),
} as const satisfies TableLimit;
const CLOSED = 'closed';
const EVERYTHING = { where: () => sql`1 = 1` } as const satisfies TableLimit;
const NO_COUNTS = sql`0 as "matched", 0 as "opened", 0 as "closed"`;

/** Digests of the images of a scope. */
function selectDigests({ images }: ScopeLists, isIn: IsIn): RawBuilder<unknown> {
  return sql`(select "digest" from "image_digest" where ${isIn(column('image'), images)})`;
}

/** Documents that a registry has for an image, as a watch of the projects found them. */
const OF_WATCH = {
  where: (lists: ScopeLists, isIn: IsIn) =>
    sql`("subject" in ${selectDigests(lists, isIn)} and "watch" in (select "id" from "registry_watch" where ${isIn(column('project'), lists.projects, 'text')}))`,
} as const satisfies TableLimit;

/** Has every table, so that a new one needs a choice. Reading a closed one fails. */
const LIMITS: Readonly<Record<keyof Tables, TableLimit | typeof CLOSED>> = {
  // Facts about the whole server.
  policy: EVERYTHING,
  presence: EVERYTHING,
  revision: {
    columns: sql`"id", "kind", "at", "generation", ${NO_COUNTS}`,
    where: ({ revisions }, isIn) =>
      sql`("kind" in ('data', 'policy') or ${isIn(column('id'), revisions)})`,
  },
  image: { where: ({ images }, isIn) => isIn(column('id'), images) },
  image_origin: { ...OF_IMAGE, isFreeToJoin: true },
  image_digest: OF_IMAGE,
  image_reach: OF_IMAGE,
  image_base: { ...OF_IMAGE, isFreeToJoin: true },
  base: {
    where: ({ images }, isIn) =>
      sql`"id" in (select "base" from "image_base" where ${isIn(column('image'), images)})`,
  },
  base_component: { where: ({ held }, isIn) => isIn(column('component'), held) },
  verdict: OF_IMAGE,
  component: { where: ({ known }, isIn) => isIn(column('id'), known), isFreeToJoin: true },
  match: { where: ({ held }, isIn) => isIn(column('component'), held) },
  event: {
    columns: sql`"revision", "component", "kind", "vulnerability", "change", 0 as "images"`,
    where: ({ known }, isIn) => isIn(column('component'), known),
  },
  vulnerability: {
    // The plus keeps SQLite from looking up each component of the list for each vulnerability.
    where: ({ held }, isIn) =>
      sql`exists (select 1 from "match" where "match"."vulnerability" = "vulnerability"."id" and "match"."closed" is null and ${isIn(sql`+"match"."component"`, held)})`,
    isFreeToJoin: true,
  },
  // These rows have lists of the images of a segment: `findImages` and others filter them.
  posting: { where: ({ segments }, isIn) => isIn(column('segment'), segments) },
  rollup: { where: ({ segments }, isIn) => isIn(column('segment'), segments) },
  effect_image: { where: ({ segments }, isIn) => isIn(column('segment'), segments) },
  effect: { ...EVERYTHING, columns: sql`"cause", "kind", 0 as "count", 0 as "images"` },
  cause: {
    // Those of placements name a source, and count its workloads.
    columns: sql`"id", "revision", "kind", case "kind" when 'placement' then '' else "subject" end as "subject", case "kind" when 'placement' then 'the images in use have changed' else "summary" end as "summary"`,
    where: ({ imageTexts, decisionTexts, statementTexts, revisions }, isIn) =>
      sql`("kind" in ('data', 'policy') or (("subject" = '' or "kind" in ('time', 'retirement', 'placement')) and ${isIn(column('revision'), revisions)}) or ("kind" = 'image' and ${isIn(column('subject'), imageTexts, 'text')}) or ("kind" = 'decision' and ${isIn(column('subject'), decisionTexts, 'text')}) or ("kind" = 'statement' and ${isIn(column('subject'), statementTexts, 'text')}))`,
  },
  decision: { where: ({ decisions }, isIn) => isIn(column('id'), decisions) },
  statement: { where: ({ statements }, isIn) => isIn(column('id'), statements) },
  draft: { where: ({ drafts }, isIn) => isIn(column('id'), drafts) },
  placement: {
    where: (lists, isIn) => sql`("digest" <> '' and "digest" in ${selectDigests(lists, isIn)})`,
  },
  placement_report: {
    columns: sql`"source", '' as "sender", "at", 0 as "placements"`,
    where: (lists, isIn) =>
      sql`exists (select 1 from "placement" where "placement"."source" = "placement_report"."source" and "placement"."closed" is null and "placement"."digest" <> '' and "placement"."digest" in ${selectDigests(lists, isIn)})`,
  },
  registry_attachment: OF_WATCH,
  attached_document: OF_WATCH,
  // About the whole server, or about people.
  store: CLOSED,
  system: CLOSED,
  read_key: CLOSED,
  total: CLOSED,
  job: CLOSED,
  vex_statement: CLOSED,
  outbox: CLOSED,
  held_update: CLOSED,
  veto: CLOSED,
  pin: CLOSED,
  subscription: CLOSED,
  delivery: CLOSED,
  attempt: CLOSED,
  digest_entry: CLOSED,
  ticket: CLOSED,
  known_answer: CLOSED,
  token: CLOSED,
  session: CLOSED,
  audit: CLOSED,
  registry_watch: CLOSED,
  registry_tag: CLOSED,
  registry_hint: CLOSED,
  attached_check: CLOSED,
};

/** Closed tables that may be joined to the rows of a limited table. */
const JOINED: ReadonlySet<string> = new Set(['registry_watch'] satisfies (keyof Tables)[]);

const SCOPES = new WeakMap<object, ReadScope>();

/** Returns the scope that reading is limited to; `undefined` if it reads everything. */
export function findReadScope(db: Kysely<Tables>): ReadScope | undefined {
  return SCOPES.get(db);
}

/**
 * Limits reading to a scope: each query sees the tables as if the store only had the images of the
 * scope. Numbers over all images, which the store maintains, are 0; see `findReadScope`.
 */
export function limitTables(
  db: Kysely<Tables>,
  scope: ReadScope,
  engine: EngineName,
): Kysely<Tables> {
  const limited = db.withPlugin(new ScopePlugin(scope.lists, engine));
  SCOPES.set(limited, scope);
  return limited;
}

class ScopePlugin implements KyselyPlugin {
  readonly #transformer: ScopeTransformer;

  constructor(lists: ScopeLists, engine: EngineName) {
    this.#transformer = new ScopeTransformer(
      lists,
      engine === 'sqlite' ? isInSqlite : isInPostgresql,
    );
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    if (!SelectQueryNode.is(node)) {
      throw new TypeError('a scope can only be read');
    }
    return this.#transformer.transformNode(node, queryId);
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result);
  }
}

const isInSqlite: IsIn = (expression, list) =>
  sql`${expression} in (select "value" from json_each(${list}))`;

const isInPostgresql: IsIn = (expression, list, type) =>
  sql`${expression} in (select cast("value" as ${sql.raw(type ?? 'integer')}) from json_array_elements_text(cast(${list} as json)))`;

/** Replaces each table of a query by the part of it that a scope has. */
class ScopeTransformer extends OperationNodeTransformer {
  readonly #lists: ScopeLists;
  readonly #isIn: IsIn;
  /** Number of the conditions around a node. */
  #conditions = 0;

  constructor(lists: ScopeLists, isIn: IsIn) {
    super();
    this.#lists = lists;
    this.#isIn = isIn;
  }

  protected override transformNodeImpl<Node extends OperationNode>(
    node: Node,
    queryId?: QueryId,
  ): Node {
    const depth = WhereNode.is(node) ? 1 : 0;
    this.#conditions += depth;
    const transformed = super.transformNodeImpl(this.#limitNode(node), queryId);
    this.#conditions -= depth;
    return transformed;
  }

  #limitNode<Node extends OperationNode>(node: Node): Node {
    if (FromNode.is(node)) {
      return { ...node, froms: node.froms.map((one) => this.#limitTable(one, false)) };
    }
    return JoinNode.is(node) ? { ...node, table: this.#limitTable(node.table, true) } : node;
  }

  #limitTable(node: OperationNode, isJoined: boolean): OperationNode {
    if (AliasNode.is(node) && TableNode.is(node.node)) {
      throw new TypeError('tables of a scope are read by their own names');
    }
    if (!TableNode.is(node)) {
      return node;
    }
    const { name } = node.table.identifier;
    const limit = LIMITS[name as keyof Tables];
    if (isJoined && JOINED.has(name)) {
      return node;
    }
    assert(limit !== CLOSED, `no scope reads the table "${name}"`);
    if ((isJoined || this.#conditions > 0) && limit.isFreeToJoin === true) {
      return node;
    }
    const { columns = sql`*`, where } = limit;
    const rows = sql`select ${columns} from ${sql.table(name)} where ${where(this.#lists, this.#isIn)}`;
    return AliasNode.create(ParensNode.create(rows.toOperationNode()), IdentifierNode.create(name));
  }
}
