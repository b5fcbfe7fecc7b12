import type { Budget } from '../../foundation/core/budget.ts';
import type {
  Assembly,
  Cataloger,
  DistroDetector,
  FileView,
  LayerFacts,
} from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type {
  ExecutableFacts,
  InventoryPackage,
  Relationship,
  SuppressedPackage,
} from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { MemoryGauge } from '../../foundation/core/memory-gauge.ts';
import type { Package } from '../../foundation/core/package.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { PublishedArchives } from '../../foundation/core/published-archives.ts';
import { guessCpes } from '../../foundation/identity/cpe-candidates.ts';
import { computePackageKey } from '../../foundation/identity/package-key.ts';
import { listVisibleFacts } from '../../image/view/visible-facts.ts';
import { assembleSafely } from './assemble-safely.ts';
import { CoordinateMap, toCoordinate } from './coordinate.ts';
import { suppressOwnedBinaries } from './owned-binaries.ts';
import { PackageLimit } from './package-limit.ts';
import { mergePackages } from './package-merge.ts';
import { proveOwners } from './prove-owners.ts';
import { relate } from './relationship.ts';
import { resolveLocations } from './resolve-locations.ts';

export interface StateInput {
  readonly view: FileView;
  readonly layers: readonly LayerFacts[];
  readonly distro: Distro | undefined;
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly limits: Limits;
  /** Budget for all files of the target together. */
  readonly budget: Budget;
  /** Present if the memory of the run is bounded. */
  readonly memory?: MemoryGauge | undefined;
  readonly publishedArchives?: PublishedArchives | undefined;
}

/** Content of one state of the target. */
export interface StateParts {
  readonly packages: readonly InventoryPackage[];
  readonly relationships: readonly Relationship[];
  readonly suppressed: readonly SuppressedPackage[];
  readonly executables: CoordinateMap<ExecutableFacts>;
  readonly problems: readonly Problem[];
}

export function detectDistro(
  view: FileView,
  layers: readonly LayerFacts[],
  detector: DistroDetector<unknown>,
): Distro | undefined {
  return detector.detect({ view, facts: listVisibleFacts(view, layers, detector.id) });
}

/** Assembles the packages that are visible in the view, with their edges and files. */
export function assembleState(input: StateInput): StateParts {
  return createParts(input, assembleAll(input), () => true);
}

/**
 * Assembles the additions of the topmost layer of a state: packages whose primary evidence is in
 * it, with their edges, including those to packages of lower layers; and its executables.
 *
 * @param linked coordinates of files that count as added by the layer that links to them
 */
export function assembleAdditions(input: StateInput, linked: ReadonlySet<string>): StateParts {
  const number = input.layers.length - 1;
  const own = input.layers[number]?.diffId;
  const parts = createParts(input, assembleAll(input), createLayerFilter(own, linked));
  const executables = [...parts.executables].filter(({ layer }) => layer === own);
  return { ...parts, executables: new CoordinateMap(executables) };
}

/**
 * Whether the primary evidence of a package is in a layer, or in a file that the layer links to.
 */
function createLayerFilter(
  layer: Digest | undefined,
  linked: ReadonlySet<string>,
): (pkg: Package) => boolean {
  return ({ locations }) => {
    const primary = locations.filter(({ evidence }) => evidence === 'primary');
    return (primary.length > 0 ? primary : locations).some(
      (place) => place.layer === layer || linked.has(toCoordinate(place.path, place.layer)),
    );
  };
}

function assembleAll(input: StateInput): Assembly[] {
  const { view, layers, distro, catalogers, limits, memory, publishedArchives } = input;
  const limit = new PackageLimit(limits);
  const surroundings = {
    view,
    distro,
    ...defined({ publishedArchives }),
  };
  return catalogers.map((cataloger) => {
    memory?.look();
    const facts = listVisibleFacts(view, layers, cataloger.id);
    const { id } = cataloger;
    const budget = input.budget.restrictToPlugin(id);
    return limit.accept(
      id,
      assembleSafely(id, budget, () => cataloger.assemble({ ...surroundings, facts, budget })),
    );
  });
}

function createParts(
  { view, limits, catalogers }: StateInput,
  assemblies: readonly Assembly[],
  isKept: (pkg: Package) => boolean,
): StateParts {
  const keysByPackage = new Map<Package, string>();
  const all = assemblies
    .flatMap((assembly) => assembly.packages ?? [])
    .map((own): PlacedPackage => ({ own, placed: resolveLocations(own, view) }));
  const isOfState = ({ placed }: PlacedPackage): boolean => isKept(placed);
  const kept = mergePackages(all.filter(isOfState), (pkg) =>
    withCpes(withKey(pkg, keysByPackage), limits),
  );
  const rest = mergePackages(
    all.filter((pkg) => !isOfState(pkg)),
    (pkg) => withKey(pkg, keysByPackage),
  );
  const related = { view, packages: kept, others: rest, assemblies, keysByPackage };
  const { relationships, problems } = relate(related, limits);
  const owned = suppressOwnedBinaries({ ...related, relationships });
  const ofSystem = catalogers.filter(({ tags }) => tags.includes('os')).map(({ id }) => id);
  const proven = proveOwners({ ...related, relationships: owned.relationships }, new Set(ofSystem));
  return {
    packages: dropIdleChangelogs(owned.packages, owned.relationships),
    relationships: proven,
    suppressed: owned.suppressed,
    executables: collectExecutables(view, assemblies),
    problems: [
      ...assemblies.flatMap((assembly) => assembly.problems ?? []),
      ...problems,
      ...owned.problems,
    ],
  };
}

/**
 * Removes changelogs without effect: they are only evidence about packages that are found in the
 * files of another package.
 */
function dropIdleChangelogs(
  packages: readonly InventoryPackage[],
  relationships: readonly Relationship[],
): readonly InventoryPackage[] {
  const owners = new Set(
    relationships.flatMap((edge) => (edge.kind === 'owns-package' ? [edge.from] : [])),
  );
  return packages.map((pkg) => {
    const { changelogFixes, ...rest } = pkg;
    return changelogFixes === undefined || owners.has(pkg.key) ? pkg : rest;
  });
}

/**
 * A package as its cataloger created it, by which edges refer to it, and with settled locations.
 */
interface PlacedPackage {
  readonly own: Package;
  readonly placed: Package;
}

function withKey(
  { own, placed }: PlacedPackage,
  keysByPackage: Map<Package, string>,
): InventoryPackage {
  const key = computePackageKey(placed);
  keysByPackage.set(own, key);
  return { ...placed, key };
}

/** CPEs that the cataloger guessed come before those derived from the names. */
function withCpes(pkg: InventoryPackage, limits: Limits): InventoryPackage {
  if (pkg.cpes.some(({ source }) => source !== 'generated')) {
    return pkg;
  }
  const cpes = [...pkg.cpes, ...guessCpes(pkg, limits)];
  return { ...pkg, cpes: [...new Map(cpes.map((one) => [one.cpe, one])).values()] };
}

function collectExecutables(
  view: FileView,
  assemblies: readonly Assembly[],
): CoordinateMap<ExecutableFacts> {
  const found = new CoordinateMap<ExecutableFacts>();
  for (const { path, ref, facts } of assemblies.flatMap(({ executables = [] }) => executables)) {
    found.set(path, view.layers[ref.layer]?.diffId, facts);
  }
  return found;
}
