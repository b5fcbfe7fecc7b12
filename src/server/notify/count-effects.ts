import type { Kysely } from 'kysely';
import { findEffectImages, ImageOrigins } from '../engine/effect-images.ts';
import type { Tables } from '../store/tables.ts';
import type { ReportedCause, ReportedEffect } from './reported-cause.ts';

/** The effects of a cause on the images of one project and owner. */
interface EffectGroup extends ReportedEffect {
  readonly project: string;
  readonly owner: string;
}

/** Images that a subscription is about; absent members select all. */
export interface ImageScope {
  readonly project?: string;
  readonly owner?: string;
}

/** Counts the effects of causes in scopes. The images of a cause are read once. */
export class EffectCounter {
  readonly #db: Kysely<Tables>;
  readonly #origins = new ImageOrigins();
  readonly #groups = new Map<number, readonly EffectGroup[]>();

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Returns a cause with its effects on the images of a scope. */
  async countEffects(cause: ReportedCause, scope: ImageScope): Promise<ReportedCause> {
    const { project, owner } = scope;
    if (project === undefined && owner === undefined) {
      return cause;
    }
    const groups = (await this.#readGroups(cause)).filter(
      (group) =>
        (project === undefined || group.project === project) &&
        (owner === undefined || group.owner === owner),
    );
    return { ...cause, effects: sumGroups(groups) };
  }

  /** Lists the owners of the images of a cause; the unknown one is empty. */
  async listOwners(cause: ReportedCause, { project }: ImageScope): Promise<Iterable<string>> {
    const groups = (await this.#readGroups(cause)).filter(
      (group) => project === undefined || group.project === project,
    );
    return new Set(groups.map(({ owner }) => owner));
  }

  async #readGroups(cause: ReportedCause): Promise<readonly EffectGroup[]> {
    const known = this.#groups.get(cause.id);
    if (known !== undefined) {
      return known;
    }
    const groups: EffectGroup[] = [];
    for (const { kind } of cause.effects) {
      const sets = await findEffectImages(this.#db, cause, kind);
      const images = new Set(sets.flatMap((some) => [...some]));
      const origins = await this.#origins.readOrigins(this.#db, images);
      const held = countHeld(sets);
      const byOrigin = Map.groupBy(images, (image) => {
        const { project = '', owner = '' } = origins.get(image) ?? {};
        return JSON.stringify([project, owner]);
      });
      for (const [key, some] of byOrigin) {
        const [project = '', owner = ''] = JSON.parse(key) as readonly string[];
        const count = some.reduce((sum, image) => sum + (held.get(image) ?? 0), 0);
        groups.push({ kind, project, owner, count, images: some.length });
      }
    }
    this.#groups.set(cause.id, groups);
    return groups;
  }
}

function countHeld(sets: readonly ReadonlySet<number>[]): ReadonlyMap<number, number> {
  const held = new Map<number, number>();
  for (const images of sets) {
    images.forEach((image) => held.set(image, (held.get(image) ?? 0) + 1));
  }
  return held;
}

function sumGroups(groups: readonly EffectGroup[]): readonly ReportedEffect[] {
  return [...Map.groupBy(groups, ({ kind }) => kind)].map(([kind, some]) => ({
    kind,
    count: some.reduce((sum, { count }) => sum + count, 0),
    images: some.reduce((sum, { images }) => sum + images, 0),
  }));
}
