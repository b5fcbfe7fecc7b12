import type { Kysely } from 'kysely';
import { findEffectImages, ImageOrigins } from '../query/effect-images.ts';
import type { Tables } from '../store/tables.ts';
import { isLimitedByReach, type ReportedCause, type ReportedEffect } from './reported-cause.ts';

/** The effects of a cause on the images of one project and owner. */
interface EffectGroup extends ReportedEffect {
  readonly project: string;
  readonly owner: string;
}

/** Images and findings that a subscription is about; absent members select all. */
export interface ImageScope {
  readonly project?: string;
  readonly owner?: string;
  /** Whether findings in packages that cannot be reached are left out. */
  readonly reachable?: boolean;
}

/** Counts the effects of causes in scopes. The images of a cause are read once. */
export class EffectCounter {
  readonly #db: Kysely<Tables>;
  readonly #origins = new ImageOrigins();
  readonly #groups = new Map<string, readonly EffectGroup[]>();

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Returns a cause with its effects on the images of a scope. */
  async countEffects(cause: ReportedCause, scope: ImageScope): Promise<ReportedCause> {
    const { project, owner } = scope;
    const isLimited = isLimitedByReach(cause, scope);
    if (project === undefined && owner === undefined && !isLimited) {
      return cause;
    }
    const groups = (await this.#readGroups(cause, isLimited)).filter(
      (group) =>
        (project === undefined || group.project === project) &&
        (owner === undefined || group.owner === owner),
    );
    return { ...cause, effects: sumGroups(groups) };
  }

  /** Lists the owners of the images of a cause; the unknown one is empty. */
  async listOwners(cause: ReportedCause, scope: ImageScope): Promise<Iterable<string>> {
    const { project } = scope;
    const isLimited = isLimitedByReach(cause, scope);
    const groups = (await this.#readGroups(cause, isLimited)).filter(
      (group) => project === undefined || group.project === project,
    );
    return new Set(groups.map(({ owner }) => owner));
  }

  async #readGroups(cause: ReportedCause, isLimited: boolean): Promise<readonly EffectGroup[]> {
    const reach = isLimited ? 'reachable' : undefined;
    const key = `${cause.id} ${reach}`;
    const known = this.#groups.get(key);
    if (known !== undefined) {
      return known;
    }
    const groups: EffectGroup[] = [];
    for (const { kind } of cause.effects) {
      const sets = await findEffectImages(this.#db, cause, kind, reach);
      const images = new Set(sets.flatMap((some) => [...some]));
      const origins = await this.#origins.readOrigins(this.#db, images);
      const held = countHeld(sets);
      const byOrigin = Map.groupBy(images, (image) => {
        const { project = '', owner = '' } = origins.get(image) ?? {};
        return JSON.stringify([project, owner]);
      });
      for (const [origin, some] of byOrigin) {
        const [project = '', owner = ''] = JSON.parse(origin) as readonly string[];
        const count = some.reduce((sum, image) => sum + (held.get(image) ?? 0), 0);
        groups.push({ kind, project, owner, count, images: some.length });
      }
    }
    this.#groups.set(key, groups);
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
