import { productionTest } from '../production-set.ts';
import type { CargoManifest } from './cargo-manifest.ts';

/** A crate of a lock, as far as it decides what production needs. */
export interface CrateNode {
  readonly name: string;
  /** Whether it lies in the project: the lock has no source of it. */
  readonly isLocal: boolean;
  /** What it needs, as `name`, `name version` or `name version (source)`. */
  readonly dependencies: readonly string[];
}

/**
 * The dependencies of crates without those that the manifests of projects have for development
 * alone. The lock keeps them together; a name that both have counts as production.
 */
export class ProductionDependencies {
  /** `undefined` for a name that several manifests have: nothing is left out then. */
  readonly #byName = new Map<string, CargoManifest | undefined>();
  readonly #renamed: ReadonlyMap<string, string>;

  constructor(manifests: readonly CargoManifest[]) {
    for (const manifest of manifests) {
      this.#byName.set(manifest.name, this.#byName.has(manifest.name) ? undefined : manifest);
    }
    this.#renamed = new Map(manifests.flatMap(({ renamed }) => Object.entries(renamed)));
  }

  of({ name, isLocal, dependencies }: CrateNode): readonly string[] {
    const manifest = isLocal ? this.#byName.get(name) : undefined;
    if (manifest === undefined) {
      return dependencies;
    }
    const namesOf = (names: readonly string[]): ReadonlySet<string> =>
      new Set(names.map((each) => this.#renamed.get(each) ?? each));
    const production = namesOf(manifest.production);
    const development = namesOf(manifest.development);
    return dependencies.filter((dependency) => {
      const [crate = ''] = dependency.split(' ', 1);
      return production.has(crate) || !development.has(crate);
    });
  }
}

/** Returns whether production has the crate at a place; `needed` has the places that each needs. */
export function productionCrates(
  crates: readonly CrateNode[],
  needed: readonly (readonly number[])[],
  placesOf: (dependencies: readonly string[]) => readonly number[],
): (place: number) => boolean {
  const local = [...crates.keys()].filter((place) => crates[place]?.isLocal === true);
  return productionTest(
    {
      production: local,
      development: local.flatMap((place) => placesOf(crates[place]?.dependencies ?? [])),
    },
    (place) => needed[place] ?? [],
  );
}
