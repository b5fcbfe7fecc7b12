import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Prediction, RemovalPlan } from './removal-plan.ts';

/** State of package managers that is not part of an inventory. */
export interface ManagerState {
  /** Names of Debian packages that apt only removes if it is forced to. */
  readonly protectedNames: ReadonlySet<string>;
  /** Names of Debian packages that were only installed for others. */
  readonly automaticNames: ReadonlySet<string>;
  /** Names that `/etc/apk/world` lists; absent without the file. */
  readonly world?: readonly string[];
  /** Addresses in `/etc/apk/repositories`. */
  readonly repositories: readonly string[];
}

/** How the image starts its process, for recipes that create a new image. */
export interface RecipeProcess {
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
  /** Variables by name; without those that may contain secrets. */
  readonly environment: ReadonlyMap<string, string>;
  /** Names of variables that may contain secrets. */
  readonly secretNames: readonly string[];
  readonly workingFolder: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly exposedPorts: readonly string[];
  /** Signal that stops the process; empty for SIGTERM. */
  readonly stopSignal: string;
  readonly healthcheck: RecipeHealthcheck;
  readonly labels: ReadonlyMap<string, string>;
}

/** OCI image configuration, extension of Docker: `config.Healthcheck`. */
export interface RecipeHealthcheck {
  /** `NONE`, `CMD` with arguments, or `CMD-SHELL` with a line; empty without a check. */
  readonly test: readonly string[];
  /** Nanoseconds by the names of the options in a Dockerfile, such as `interval`. */
  readonly durations: ReadonlyMap<string, number>;
  /** Zero for the default. */
  readonly retries: number;
}

export interface RecipeInput {
  readonly plan: RemovalPlan;
  readonly inventory: Inventory;
  readonly state: ManagerState;
  readonly process: RecipeProcess;
  /** Predicts the effect of the loss of files and packages. */
  readonly computeLoss: (paths: readonly string[], packages: readonly string[]) => Prediction;
  /** Definitions of slices; empty unless the user named a directory with them. */
  readonly slices: readonly PackageSlice[];
}

/** A part of an Ubuntu package. */
export interface PackageSlice {
  /** Such as `libc6_libs`. */
  readonly name: string;
  /** Names of slices that come with it. */
  readonly essential: readonly string[];
  /** Paths, possibly with `?`, `*` and `**`. */
  readonly contents: readonly string[];
}

/** How well a recipe agrees with the plan. */
export interface RecipeCoverage {
  /** Paths that the plan keeps and the recipe does not supply. */
  readonly missing: readonly string[];
  /** Paths that the plan drops and the recipe leaves in the image. */
  readonly surplus: readonly string[];
  /** Further remarks, as sentences. */
  readonly notes: readonly string[];
}

export interface Recipe {
  readonly text: string;
  readonly coverage: RecipeCoverage;
  /** The predicted effect of the recipe; absent if it creates another image. */
  readonly predicted?: Prediction;
}

/** One kind of recipe that applies a plan; one directory in `recipe`. */
export interface RecipeFormat {
  readonly id: string;
  readonly title: string;
  /** Returns the reason, instead of a recipe, if the image is of another kind. */
  create(input: RecipeInput): Recipe | { readonly refusal: string };
}
