import type { Kysely } from 'kysely';
import { toSegment } from '../store/counts.ts';
import { limitTables, type ReadScope } from '../store/limited-tables.ts';
import { decodeNumbers } from '../store/number-list.ts';
import type { EngineName } from '../store/sql/store-engine.ts';
import { splitKeys } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { isAboutImage } from './decisions.ts';

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
    const scope = this.#kept.get(key) ?? new ProjectScope(projects);
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

interface OwnImage {
  readonly id: number;
  readonly revision: number;
  readonly retired: number | null;
}

/** The images of some projects, and everything that is about them. */
class ProjectScope {
  readonly #projects: readonly string[];
  #changes = -1;
  #images = new Map<number, OwnImage>();
  #names = new NamePatterns();
  #since = new Map<number, number>();
  #held: ReadonlySet<number> = new Set();
  #present: ReadScope | undefined;
  /** The last past state that was read. */
  #past: { readonly at: number; readonly scope: ReadScope } | undefined;

  constructor(projects: readonly string[]) {
    this.#projects = projects;
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
      const held = await readComponents(
        db,
        images.map(({ id }) => id),
      );
      const since = new Map([...this.#since].filter(([, revision]) => revision <= at));
      this.#past = { at, scope: await this.#createScope(db, since, held) };
    }
    const scope = at === undefined ? this.#present : this.#past?.scope;
    if (scope === undefined) {
      throw new TypeError('a scope is updated before it is read');
    }
    return scope;
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
    const [decisions, statements, drafts] = [
      await this.#selectNamed(db, 'decision'),
      await this.#selectNamed(db, 'statement'),
      await this.#selectDrafts(db),
    ];
    const revisions = new Set([
      ...[...this.#images.values()].flatMap(({ revision, retired }) => [revision, retired ?? 0]),
      ...[...decisions, ...statements].flatMap(({ revision, withdrawn }) => [
        revision,
        withdrawn ?? 0,
      ]),
      ...(await listVerdictRevisions(db, images)),
      ...(await listPlacementRevisions(db, images)),
    ]);
    const ids = decisions.map(({ id }) => id);
    const stated = statements.map(({ id }) => id);
    return {
      key: JSON.stringify(this.#projects),
      images: new Set(images),
      since,
      added: Map.groupBy(since.keys(), (component) => since.get(component) ?? 0),
      lists: {
        images: JSON.stringify(images),
        imageTexts: JSON.stringify(images.map(String)),
        segments: JSON.stringify([...new Set(images.map(toSegment))]),
        known: JSON.stringify([...since.keys()]),
        held: JSON.stringify([...held]),
        revisions: JSON.stringify([...revisions]),
        decisions: JSON.stringify(ids),
        decisionTexts: JSON.stringify(ids.map(String)),
        statements: JSON.stringify(stated),
        statementTexts: JSON.stringify(stated.map(String)),
        drafts: JSON.stringify(drafts),
      },
    };
  }

  /** Selects the decisions or statements about at least one of the images, by their names. */
  async #selectNamed(db: Kysely<Tables>, table: 'decision' | 'statement') {
    const rows = await db
      .selectFrom(table)
      .select(['id', 'revision', 'withdrawn', 'images'])
      .execute();
    return rows.filter(({ images }) => this.#names.hasMatch(images));
  }

  async #selectDrafts(db: Kysely<Tables>): Promise<readonly number[]> {
    const rows = await db.selectFrom('draft').select(['id', 'content']).execute();
    return rows.flatMap(({ id, content }) => {
      const { request } = JSON.parse(content) as { readonly request: { readonly images?: string } };
      return this.#names.hasMatch(request.images ?? '') ? [id] : [];
    });
  }
}

/** Finds the patterns that match at least one name. Each pair is compared once. */
class NamePatterns {
  readonly #names = new Set<string>();
  readonly #patterns = new Map<string, { isMatch: boolean; compared: number }>();

  addName(name: string): void {
    this.#names.add(name);
  }

  /** Without any image, nothing is about one. */
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

async function readComponents(
  db: Kysely<Tables>,
  images: readonly number[],
): Promise<ReadonlySet<number>> {
  const held = new Set<number>();
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('image')
      .select('components')
      .where('id', 'in', some)
      .execute();
    rows.forEach(({ components }) => decodeNumbers(components).forEach((one) => held.add(one)));
  }
  return held;
}

async function listVerdictRevisions(
  db: Kysely<Tables>,
  images: readonly number[],
): Promise<ReadonlySet<number>> {
  const revisions = new Set<number>();
  for (const some of splitKeys(images)) {
    const rows = await db
      .selectFrom('verdict')
      .select('revision')
      .distinct()
      .where('image', 'in', some)
      .execute();
    rows.forEach(({ revision }) => revisions.add(revision));
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
