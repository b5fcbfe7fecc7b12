import { createProductionTest } from '../production-set.ts';
import type { CargoManifest } from './cargo-manifest.ts';

/** Properties of a crate in a lock that determine the requirements of production. */
export interface CrateNode {
  readonly name: string;
  /** Whether it is in the project: the lock states no source for it. */
  readonly isLocal: boolean;
  /** Its requirements, as `name`, `name version` or `name version (source)`. */
  readonly dependencies: readonly string[];
}

/**
 * Dependencies of crates without those that the manifests of projects have for development only.
 * The lock does not distinguish them; a name that is both counts as production.
 */
export class ProductionDependencies {
  /** `undefined` for a name that several manifests have: then no package is dropped. */
  readonly #byName = new Map<string, CargoManifest | undefined>();
  readonly #renamed: ReadonlyMap<string, string>;

  constructor(manifests: readonly CargoManifest[]) {
    for (const manifest of manifests) {
      this.#byName.set(manifest.name, this.#byName.has(manifest.name) ? undefined : manifest);
    }
    this.#renamed = new Map(manifests.flatMap(({ renamed }) => Object.entries(renamed)));
  }

  listDependencies({ name, isLocal, dependencies }: CrateNode): readonly string[] {
    const manifest = isLocal ? this.#byName.get(name) : undefined;
    if (manifest === undefined) {
      return dependencies;
    }
    const toCrateNames = (names: readonly string[]): ReadonlySet<string> =>
      new Set(names.map((each) => this.#renamed.get(each) ?? each));
    const production = toCrateNames(manifest.production);
    const development = toCrateNames(manifest.development);
    return dependencies.filter((dependency) => {
      const [crate = ''] = dependency.split(' ', 1);
      return production.has(crate) || !development.has(crate);
    });
  }
}

/**
 * Returns whether the crate at a place belongs to production; `needed` has the requirements of each
 * place.
 */
export function createCrateProductionTest(
  crates: readonly CrateNode[],
  needed: readonly (readonly number[])[],
  placesOf: (dependencies: readonly string[]) => readonly number[],
): (place: number) => boolean {
  const local = [...crates.keys()].filter((place) => crates[place]?.isLocal === true);
  return createProductionTest(
    {
      production: local,
      development: local.flatMap((place) => placesOf(crates[place]?.dependencies ?? [])),
    },
    (place) => needed[place] ?? [],
  );
}
