import type { Budget } from '../../../foundation/core/budget.ts';
import { PathIndex } from '../../../foundation/core/path-index.ts';
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

/** The manifests of a target, by the names of their crates. */
export class CargoManifests {
  readonly #byName = new Map<string, PathIndex<CargoManifest>>();
  /** Names of renamed crates, by their new names. */
  readonly #renamed = new Map<string, PathIndex<string>>();

  /** @param manifests sorted by path */
  constructor(manifests: readonly (readonly [path: string, manifest: CargoManifest])[]) {
    const named = Map.groupBy(manifests, ([, { name }]) => name);
    for (const [name, list] of named) {
      this.#byName.set(name, new PathIndex(list));
    }
    const renamed = manifests.flatMap(([path, manifest]) =>
      Object.entries(manifest.renamed).map(([name, crate]) => ({ name, path, crate })),
    );
    for (const [name, list] of Map.groupBy(renamed, (each) => each.name)) {
      this.#renamed.set(name, new PathIndex(list.map(({ path, crate }) => [path, crate])));
    }
  }

  /**
   * Returns the manifest of a crate below a directory; `undefined` if several have the name: then
   * no package is dropped.
   */
  find(name: string, folder: string): CargoManifest | undefined {
    const [manifest, other] = this.#byName.get(name)?.listDescendants(folder, 2) ?? [];
    return other === undefined ? manifest : undefined;
  }

  /**
   * Returns the names of the crates that a name may stand for in a directory; `undefined` if there
   * are too many to tell.
   */
  listCrateNames(name: string, folder: string): readonly string[] | undefined {
    const renamed = this.#renamed.get(name)?.listDescendants(folder, RENAMES_MAX + 1) ?? [];
    return renamed.length > RENAMES_MAX ? undefined : [name, ...renamed];
  }
}

/** A workspace renames a crate once; others below its directory may have names of their own. */
const RENAMES_MAX = 8;

/**
 * Dependencies of the crates of a lock without those that the manifests of projects have for
 * development only. The lock does not distinguish them; a name that is both counts as production.
 */
export class ProductionDependencies {
  readonly #manifests: CargoManifests;
  readonly #folder: string;
  readonly #budget: Budget;

  /** @param folder the directory of the lock */
  constructor(manifests: CargoManifests, folder: string, budget: Budget) {
    this.#manifests = manifests;
    this.#folder = folder;
    this.#budget = budget;
  }

  listDependencies({ name, isLocal, dependencies }: CrateNode): readonly string[] {
    const manifest = isLocal ? this.#manifests.find(name, this.#folder) : undefined;
    if (manifest === undefined) {
      return dependencies;
    }
    const requests = manifest.production.length + manifest.development.length;
    if (!this.#budget.takeCandidates(requests)) {
      return dependencies;
    }
    const production = this.#toCrateNames(manifest.production);
    const development = this.#toCrateNames(manifest.development);
    return dependencies.filter((dependency) => {
      const [crate = ''] = dependency.split(' ', 1);
      return production?.has(crate) !== false || development?.has(crate) !== true;
    });
  }

  #toCrateNames(names: readonly string[]): ReadonlySet<string> | undefined {
    const crates = names.map((name) => this.#manifests.listCrateNames(name, this.#folder));
    return crates.includes(undefined) ? undefined : new Set(crates.flatMap((each) => each ?? []));
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
