import type { Budget } from '../core/budget.ts';
import type {
  Assembly,
  Cataloger,
  DistroDetector,
  FileView,
  LayerFacts,
} from '../core/cataloger.ts';
import type { Digest } from '../core/digest.ts';
import type { Distro } from '../core/distro.ts';
import type {
  ExecutableFacts,
  InventoryPackage,
  Relationship,
  SuppressedPackage,
} from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { MemoryGauge } from '../core/memory-gauge.ts';
import type { Package } from '../core/package.ts';
import type { Problem } from '../core/problem.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import { guessCpes } from '../identity/cpe-candidates.ts';
import { computePackageKey } from '../identity/package-key.ts';
import { visibleFacts } from '../view/visible-facts.ts';
import { assemblyOf } from './assembly-of.ts';
import { CoordinateMap, coordinateOf } from './coordinate.ts';
import { withoutOwnedBinaries } from './owned-binaries.ts';
import { PackageLimit } from './package-limit.ts';
import { mergePackages } from './package-merge.ts';
import { relate } from './relationship.ts';
import { settleLocations } from './settle-locations.ts';

export interface StateInput {
  readonly view: FileView;
  readonly layers: readonly LayerFacts[];
  readonly distro: Distro | undefined;
  readonly catalogers: readonly Cataloger<unknown>[];
  readonly limits: Limits;
  /** What the files of the target may take together. */
  readonly budget: Budget;
  /** Present where the memory of the run is bounded. */
  readonly memory?: MemoryGauge | undefined;
  readonly publishedArchives?: PublishedArchives | undefined;
}

/** What one state of the target holds. */
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
  return detector.detect({ view, facts: visibleFacts(view, layers, detector.id) });
}

/** All that the target holds as the view shows it. */
export function assembleState(input: StateInput): StateParts {
  return partsOf(input, assembliesOf(input), () => true);
}

/**
 * What the topmost layer of a state brought: packages whose primary evidence lies in it, with their
 * edges, also those to packages of lower layers; and its executables.
 *
 * @param linked coordinates of files that count as brought by the layer which links to them
 */
export function assembleNews(input: StateInput, linked: ReadonlySet<string>): StateParts {
  const number = input.layers.length - 1;
  const own = input.layers[number]?.diffId;
  const parts = partsOf(input, assembliesOf(input), isMadeKnownBy(own, linked));
  const executables = [...parts.executables].filter(({ layer }) => layer === own);
  return { ...parts, executables: new CoordinateMap(executables) };
}

/** Whether the primary evidence of a package lies in a layer, or in a file that is linked there. */
function isMadeKnownBy(
  layer: Digest | undefined,
  linked: ReadonlySet<string>,
): (pkg: Package) => boolean {
  return ({ locations }) => {
    const primary = locations.filter(({ evidence }) => evidence === 'primary');
    return (primary.length > 0 ? primary : locations).some(
      (place) => place.layer === layer || linked.has(coordinateOf(place.path, place.layer)),
    );
  };
}

function assembliesOf(input: StateInput): Assembly[] {
  const { view, layers, distro, catalogers, limits, memory, publishedArchives } = input;
  const limit = new PackageLimit(limits);
  const surroundings = {
    view,
    distro,
    ...(publishedArchives === undefined ? {} : { publishedArchives }),
  };
  return catalogers.map((cataloger) => {
    memory?.look();
    const facts = visibleFacts(view, layers, cataloger.id);
    const { id } = cataloger;
    const budget = input.budget.forPlugin(id);
    return limit.admit(
      id,
      assemblyOf(id, budget, () => cataloger.assemble({ ...surroundings, facts, budget })),
    );
  });
}

function partsOf(
  { view, limits }: StateInput,
  assemblies: readonly Assembly[],
  isKept: (pkg: Package) => boolean,
): StateParts {
  const keyOf = new Map<Package, string>();
  const all = assemblies
    .flatMap((assembly) => assembly.packages ?? [])
    .map((own): PlacedPackage => ({ own, placed: settleLocations(own, view) }));
  const isOfState = ({ placed }: PlacedPackage): boolean => isKept(placed);
  const kept = mergePackages(all.filter(isOfState), (pkg) => withCpes(withKey(pkg, keyOf), limits));
  const rest = mergePackages(
    all.filter((pkg) => !isOfState(pkg)),
    (pkg) => withKey(pkg, keyOf),
  );
  const related = { view, packages: kept, others: rest, assemblies, keyOf };
  const { relationships, problems } = relate(related, limits);
  const owned = withoutOwnedBinaries({ ...related, relationships });
  return {
    packages: withoutIdleChangelogs(owned.packages, owned.relationships),
    relationships: owned.relationships,
    suppressed: owned.suppressed,
    executables: executablesOf(view, assemblies),
    problems: [
      ...assemblies.flatMap((assembly) => assembly.problems ?? []),
      ...problems,
      ...owned.problems,
    ],
  };
}

/** Changelogs are evidence about the packages that lie in the files of a package. */
function withoutIdleChangelogs(
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

/** A package as its cataloger made it, by which edges know it, and with settled locations. */
interface PlacedPackage {
  readonly own: Package;
  readonly placed: Package;
}

function withKey({ own, placed }: PlacedPackage, keyOf: Map<Package, string>): InventoryPackage {
  const key = computePackageKey(placed);
  keyOf.set(own, key);
  return { ...placed, key };
}

/** A cataloger's own guesses come before those from the names. */
function withCpes(pkg: InventoryPackage, limits: Limits): InventoryPackage {
  if (pkg.cpes.some(({ source }) => source !== 'generated')) {
    return pkg;
  }
  const cpes = [...pkg.cpes, ...guessCpes(pkg, limits)];
  return { ...pkg, cpes: [...new Map(cpes.map((one) => [one.cpe, one])).values()] };
}

function executablesOf(
  view: FileView,
  assemblies: readonly Assembly[],
): CoordinateMap<ExecutableFacts> {
  const found = new CoordinateMap<ExecutableFacts>();
  for (const { path, ref, facts } of assemblies.flatMap(({ executables = [] }) => executables)) {
    found.set(path, view.layers[ref.layer]?.diffId, facts);
  }
  return found;
}
