import type { Assembly } from '../../foundation/core/cataloger.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Package } from '../../foundation/core/package.ts';
import type { Problem } from '../../foundation/core/problem.ts';

/** Counts the packages of all catalogers and admits at most `packagesMax`. */
export class PackageLimit {
  readonly #packagesMax: number;
  #count = 0;

  constructor({ packagesMax }: Limits) {
    this.#packagesMax = packagesMax;
  }

  /** Returns the assembly, truncated if there is not enough room; a problem reports this. */
  accept(plugin: string, assembly: Assembly): Assembly {
    const all = assembly.packages ?? [];
    const packages = all.slice(0, this.#packagesMax - this.#count);
    this.#count += packages.length;
    const [first] = all.slice(packages.length);
    if (first === undefined) {
      return assembly;
    }
    const kept = new Set(packages);
    const { dependencies = [], problems = [] } = assembly;
    return {
      ...assembly,
      packages,
      dependencies: dependencies.filter(({ from, to }) => kept.has(from) && kept.has(to)),
      problems: [
        ...problems,
        this.#createPackageLimitProblem(first, { plugin, count: all.length - packages.length }),
      ],
    };
  }

  #createPackageLimitProblem(
    { locations: [location] }: Package,
    { plugin, count }: { readonly plugin: string; readonly count: number },
  ): Problem {
    return {
      code: 'P_LIMIT',
      message: `${count} more packages were left out, here and below: the limit packagesMax is ${this.#packagesMax}`,
      plugin,
      ...(location === undefined ? {} : { path: location.path }),
      ...(location?.layer === undefined ? {} : { layer: location.layer }),
    };
  }
}
