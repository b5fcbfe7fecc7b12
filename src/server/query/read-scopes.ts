import type { Kysely } from 'kysely';
import { present } from '../../foundation/core/assert.ts';
import { type DecisionRequest, isAboutImage } from '../engine/decisions.ts';
import { selectOwnDecisions } from '../engine/own-decisions.ts';
import { toSegment } from '../store/counts.ts';
import { limitTables, type ReadScope, type ScopeLists } from '../store/limited-tables.ts';
import { listComponents } from '../store/list-components.ts';
import { decodeNumbers } from '../store/number-list.ts';
import type { EngineName } from '../store/sql/store-engine.ts';
import { type Store, splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** Scopes that are kept: most people have a role in few projects. */
const KEPT_MAX = 64;

/** Limits reading to the images of projects. Scopes are kept, and follow the store. */
export class ReadScopes {
  readonly #engine: EngineName;
  readonly #kept = new Map<string, ProjectScope>();

  constructor(engine: EngineName) {
    this.#engine = engine;
  }

  /**
   * Returns the tables as a store would have them that only has the images of some projects.
   *
   * @param at revision; the present one if it is absent
   */
  async limit(
    db: Kysely<Tables>,
    projects: readonly string[],
    at?: number,
  ): Promise<Kysely<Tables>> {
    const key = JSON.stringify(projects);
    const scope = this.#kept.get(key) ?? new ProjectScope(projects, this.#engine);
    this.#kept.delete(key);
    this.#kept.set(key, scope);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    await scope.update(db);
    return limitTables(db, await scope.select(db, at), this.#engine);
  }
}

/** The part of a store that an answer is limited to. */
export interface ReadLimits {
  /** Absent for everything. */
  readonly projects?: readonly string[] | undefined;
  /** Revision; the present one if it is absent. */
  readonly at?: number | undefined;
}

const STORES = new WeakMap<Store, ReadScopes>();

/** Runs work that reads one state of a store, in the scope of a caller. */
export async function readScoped<Value>(
  store: Store,
  { projects, at }: ReadLimits,
  work: (db: Kysely<Tables>) => Promise<Value>,
): Promise<Value> {
  if (projects === undefined) {
    return await store.readState(work);
  }
  const scopes = STORES.get(store) ?? new ReadScopes(store.engineName);
  STORES.set(store, scopes);
  return await store.readState(async (db) => await work(await scopes.limit(db, projects, at)));
}

type ImageLimits = Pick<DecisionRequest, 'images' | 'project'>;

interface OwnImage {
  readonly id: number;
  readonly revision: number;
  readonly retired: number | null;
}

/** The images of some projects, and everything that is about them. */
class ProjectScope {
  readonly #projects: readonly string[];
  readonly #engine: EngineName;
  #changes = -1;
  #images = new Map<number, OwnImage>();
  #names = new NamePatterns();
  #since = new Map<number, number>();
  #held: ReadonlySet<number> = new Set();
  #present: ReadScope | undefined;
  /** The last past state that was read. */
  #past: { readonly at: number; readonly scope: ReadScope } | undefined;

  constructor(projects: readonly string[], engine: EngineName) {
    this.#projects = projects;
    this.#engine = engine;
  }

  /** Reads the changes since the last time. */
  async update(db: Kysely<Tables>): Promise<void> {
    const { changes } = await db.selectFrom('store').select('changes').executeTakeFirstOrThrow();
    if (changes === this.#changes) {
      return;
    }
    await this.#updateRetired(db);
    await this.#readImages(db);
    this.#present = await this.#createScope(db, this.#since, this.#held);
    this.#past = undefined;
    this.#changes = changes;
  }

  async select(db: Kysely<Tables>, at: number | undefined): Promise<ReadScope> {
    if (at !== undefined && this.#past?.at !== at) {
      const images = [...this.#images.values()].filter(
        ({ revision, retired }) => revision <= at && (retired === null || retired > at),
      );
      const ids = images.map(({ id }) => id);
      const held = await listComponents(db, ids);
      const since = new Map([...this.#since].filter(([, revision]) => revision <= at));
      this.#past = { at, scope: await this.#createScope(db, since, held) };
    }
    const scope = at === undefined ? this.#present : this.#past?.scope;
    return present(scope, 'a scope that was updated');
  }

  /** Everything is read again if an image was retired, because others may have its components. */
  async #updateRetired(db: Kysely<Tables>): Promise<void> {
    const known = [...this.#images.values()].filter(({ retired }) => retired !== null).length;
    const { count } = await db
      .selectFrom('image')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('project', 'in', this.#projects)
      .where('retired', 'is not', null)
      .executeTakeFirstOrThrow();
    if (count !== known) {
      this.#images = new Map();
      this.#names = new NamePatterns();
      this.#since = new Map();
      this.#held = new Set();
    }
  }

  async #readImages(db: Kysely<Tables>): Promise<void> {
    const last = [...this.#images.keys()].at(-1) ?? 0;
    const rows = await db
      .selectFrom('image')
      .select(['id', 'name', 'revision', 'retired', 'components'])
      .where('project', 'in', this.#projects)
      .where('id', '>', last)
      .orderBy('id')
      .execute();
    const held = new Set(this.#held);
    for (const { name, components, ...image } of rows) {
      this.#images.set(image.id, image);
      this.#names.addName(name);
      for (const component of decodeNumbers(components)) {
        if (!this.#since.has(component)) {
          this.#since.set(component, image.revision);
        }
        if (image.retired === null) {
          held.add(component);
        }
      }
    }
    this.#held = held;
  }

  async #createScope(
    db: Kysely<Tables>,
    since: ReadonlyMap<number, number>,
    held: ReadonlySet<number>,
  ): Promise<ReadScope> {
    const images = [...this.#images.keys()];
    const decisions = await this.#selectDecisions(db);
    const statements = await this.#selectStatements(db);
    const stated = statements.map(({ id }) => id);
    const lists: ScopeLists = {
      projects: JSON.stringify(this.#projects),
      images: JSON.stringify(images),
      imageTexts: JSON.stringify(images.map(String)),
      segments: JSON.stringify([...new Set(images.map(toSegment))]),
      known: JSON.stringify([...since.keys()]),
      held: JSON.stringify([...held]),
      revisions: '[]',
      decisions: JSON.stringify(decisions.map(({ id }) => id)),
      decisionTexts: '[]',
      statements: JSON.stringify(stated),
      statementTexts: JSON.stringify(stated.map(String)),
      drafts: JSON.stringify(await this.#selectDrafts(db)),
    };
    const added = Map.groupBy(since.keys(), (component) => since.get(component) ?? 0);
    const scope: ReadScope = { images: new Set(images), since, added, lists };
    const limited = limitTables(db, scope, this.#engine);
    const listed = await selectOwnDecisions(limited, decisions);
    const revisions = new Set([
      ...[...this.#images.values()].flatMap(({ revision, retired }) => [revision, retired ?? 0]),
      ...[...listed, ...statements].flatMap(({ revision, withdrawn }) => [
        revision,
        withdrawn ?? 0,
      ]),
      ...(await listVerdictRevisions(db, images)),
      ...(await listPlacementRevisions(db, images)),
    ]);
    return {
      ...scope,
      lists: {
        ...lists,
        revisions: JSON.stringify([...revisions]),
        decisionTexts: JSON.stringify(listed.map(({ id }) => String(id))),
      },
    };
  }

  /** Selects the decisions that may apply to an image, by their project and names of images. */
  async #selectDecisions(db: Kysely<Tables>) {
    const rows = await db
      .selectFrom('decision')
      .select(['id', 'revision', 'withdrawn', 'vulnerability', 'package', 'images', 'project'])
      .execute();
    return rows.filter((row) => this.#isListed(row));
  }

  async #selectStatements(db: Kysely<Tables>) {
    const rows = await db
      .selectFrom('statement')
      .select(['id', 'revision', 'withdrawn', 'images', 'project'])
      .execute();
    return rows.filter((row) => this.#isListed(row));
  }

  async #selectDrafts(db: Kysely<Tables>): Promise<readonly number[]> {
    const rows = await db.selectFrom('draft').select(['id', 'content']).execute();
    return rows.flatMap(({ id, content }) => {
      const { request } = JSON.parse(content) as { readonly request: ImageLimits };
      return this.#isListed(request) ? [id] : [];
    });
  }

  /** Decisions, drafts and statements about other projects are never listed. */
  #isListed({ images = '', project = '' }: ImageLimits): boolean {
    return project === '' ? this.#names.hasMatch(images) : this.#projects.includes(project);
  }
}

/** Finds the patterns that match at least one name. Each pair is compared once. */
class NamePatterns {
  readonly #names = new Set<string>();
  readonly #patterns = new Map<string, { isMatch: boolean; compared: number }>();

  addName(name: string): void {
    this.#names.add(name);
  }

  /** Without any name, even the pattern for all images has no match. */
  hasMatch(pattern: string): boolean {
    const known = this.#patterns.get(pattern) ?? { isMatch: false, compared: 0 };
    if (!known.isMatch && known.compared < this.#names.size) {
      const fresh = [...this.#names].slice(known.compared);
      known.isMatch = fresh.some((name) => isAboutImage(pattern, name));
      known.compared = this.#names.size;
      this.#patterns.set(pattern, known);
    }
    return known.isMatch;
  }
}

/**
 * Lists the revisions that changed the outcome of an image, and those of kind `time` that judged one
 * again. Other verdicts with the same outcome are left out: a change of another project may have
 * caused them.
 */
async function listVerdictRevisions(
  db: Kysely<Tables>,
  images: readonly number[],
): Promise<ReadonlySet<number>> {
  const revisions = new Set<number>();
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('verdict')
      .innerJoin('revision', 'revision.id', 'verdict.revision')
      .select(['verdict.image', 'verdict.revision', 'verdict.outcome', 'revision.kind'])
      .where('verdict.image', 'in', some)
      .orderBy('verdict.image')
      .orderBy('verdict.revision')
      .execute();
    for (const [index, { image, revision, outcome, kind }] of rows.entries()) {
      const before = rows[index - 1];
      const isSame = before?.image === image && before.outcome === outcome;
      if (!isSame || kind === 'time') {
        revisions.add(revision);
      }
    }
  }
  return revisions;
}

/** Lists the revisions in which placements of images began or ended. */
async function listPlacementRevisions(
  db: Kysely<Tables>,
  images: readonly number[],
): Promise<ReadonlySet<number>> {
  const revisions = new Set<number>();
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('image_digest')
      .innerJoin('placement', 'placement.digest', 'image_digest.digest')
      .select(['placement.opened', 'placement.closed'])
      .where('image_digest.image', 'in', some)
      .where('image_digest.digest', '!=', '')
      .execute();
    rows.forEach(({ opened, closed }) => revisions.add(opened).add(closed ?? 0));
  }
  return revisions;
}
