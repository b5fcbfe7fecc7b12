import { assert } from '../../foundation/core/assert.ts';
import { getBaseName } from '../../foundation/core/base-name.ts';
import type { Assembly, FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { InventoryPackage, Relationship } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Package } from '../../foundation/core/package.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import { EdgeSet } from './edge-set.ts';

export interface RelateInput {
  readonly view: FileView;
  /** Packages whose files and evidence are related. */
  readonly packages: readonly InventoryPackage[];
  /** Further packages of the view, which edges may lead to. */
  readonly others: readonly InventoryPackage[];
  readonly assemblies: readonly Assembly[];
  /** Keys of the packages as the catalogers created them. */
  readonly keysByPackage: ReadonlyMap<Package, string>;
}

export interface Related {
  readonly relationships: readonly Relationship[];
  readonly problems: readonly Problem[];
}

/**
 * Returns the relationships of packages with each other and with files. Sorted by kind and ends,
 * each edge once; at most `edgesMax` of them.
 */
export function relate(input: RelateInput, { edgesMax }: Limits): Related {
  const edges = new EdgeSet();
  for (const some of listEdges(input)) {
    for (const edge of some) {
      if (edges.size >= edgesMax && !edges.has(edge)) {
        const message = `some relationships were left out: the limit edgesMax is ${edgesMax}`;
        return { relationships: edges.listSorted(), problems: [{ code: 'P_LIMIT', message }] };
      }
      edges.add(edge);
    }
  }
  return { relationships: edges.listSorted(), problems: [] };
}

/** Sorted by kind and ends, each edge once. */
export function sortEdges(all: Iterable<Relationship>): Relationship[] {
  const edges = new EdgeSet();
  for (const edge of all) {
    edges.add(edge);
  }
  return edges.listSorted();
}

/** In lists that are at most as long as those of the packages; longer ones are computed lazily. */
function* listEdges(input: RelateInput): Iterable<Iterable<Relationship>> {
  const realPaths: RealPaths = new Map();
  yield listDependencies(input);
  const holders = indexHolders(input);
  yield listLibraryDependencies(input, holders);
  yield listNeededFiles(input, holders);
  for (const pkg of input.packages) {
    yield listContainedFiles(input.view, pkg, realPaths);
    yield listEvidence(pkg);
  }
  yield listOwnedPackages(input, realPaths);
}

/** Real paths of owned paths that lead through links. */
type RealPaths = Map<string, string>;

function* listDependencies({ assemblies, keysByPackage }: RelateInput): Iterable<Relationship> {
  for (const { from, to } of assemblies.flatMap((assembly) => assembly.dependencies ?? [])) {
    const [fromKey, toKey] = [keysByPackage.get(from), keysByPackage.get(to)];
    assert(fromKey !== undefined && toKey !== undefined, 'edges join packages of the assembly');
    if (fromKey !== toKey) {
      yield { kind: 'dependency-of', from: fromKey, to: toKey };
    }
  }
}

/** Keys of the packages that contain a library, by its file name, for each needed library. */
type LibraryHolders = ReadonlyMap<string, ReadonlySet<string>>;

/** The loader finds libraries by file name, and the file may be a link that a package installed. */
function indexHolders({ packages, others }: RelateInput): LibraryHolders {
  const wanted = new Set(packages.flatMap(({ neededLibraries = [] }) => neededLibraries));
  const holders = new Map([...wanted].map((name) => [name, new Set<string>()]));
  if (wanted.size === 0) {
    return holders;
  }
  // Most names differ in length from all requested ones, so they need not be cut out.
  const lengths = new Set([...wanted].map(({ length }) => length));
  for (const pkg of [...packages, ...others]) {
    for (const places of [pkg.ownedFiles, pkg.otherOwnedFiles ?? [], pkg.locations]) {
      for (const { path } of places) {
        const start = path.lastIndexOf('/') + 1;
        if (lengths.has(path.length - start)) {
          holders.get(path.slice(start))?.add(pkg.key);
        }
      }
    }
  }
  return holders;
}

/** A program needs the packages that contain its libraries. */
function* listLibraryDependencies(
  { packages }: RelateInput,
  holders: LibraryHolders,
): Iterable<Relationship> {
  for (const { key, neededLibraries = [] } of packages) {
    for (const holder of neededLibraries.flatMap((name) => [...(holders.get(name) ?? [])])) {
      if (holder !== key) {
        yield { kind: 'dependency-of', from: holder, to: key };
      }
    }
  }
}

/** A program needs the libraries that no package contains, under any name that leads to one. */
function* listNeededFiles(input: RelateInput, holders: LibraryHolders): Iterable<Relationship> {
  const { view, packages, assemblies } = input;
  const unowned = new Set([...holders].flatMap(([name, { size }]) => (size === 0 ? [name] : [])));
  if (unowned.size === 0) {
    return;
  }
  const libraries = new Set(
    assemblies
      .flatMap(({ executables = [] }) => executables)
      .flatMap(({ path, facts }) => (facts.hasExports ? [path] : [])),
  );
  const places = new Map<string, Set<string>>();
  for (const path of libraries.size === 0 ? [] : view.listPaths()) {
    const name = getBaseName(path);
    const real = unowned.has(name) ? view.resolve(path)?.path : undefined;
    if (real !== undefined && libraries.has(real)) {
      places.set(name, (places.get(name) ?? new Set()).add(real));
    }
  }
  for (const { key: from, neededLibraries = [] } of packages) {
    for (const path of neededLibraries.flatMap((name) => [...(places.get(name) ?? [])])) {
      const ref = view.find(path);
      const diffId = ref && view.layers[ref.layer]?.diffId;
      yield { kind: 'needs-file', from, path, ...defined({ layer: diffId }) };
    }
  }
}

/**
 * Returns the regular files that owned paths resolve to. Directories are not contents: many
 * packages share them.
 */
function listContainedFiles(
  view: FileView,
  { key: from, ownedFiles }: InventoryPackage,
  realPaths: RealPaths,
): Relationship[] {
  const edges: Relationship[] = [];
  for (const owned of ownedFiles) {
    const found = resolveOwnedPath(view, owned.path, realPaths);
    const layer = found && view.layers[found.ref.layer];
    if (found === undefined || layer?.files.getType(found.ref.row) !== 'regular') {
      continue;
    }
    const { path } = found;
    const { diffId } = layer;
    edges.push(
      diffId === undefined
        ? { kind: 'contains-file', from, path }
        : { kind: 'contains-file', from, path, layer: diffId },
    );
  }
  return edges;
}

/** Returns the file that an owned path resolves to, and caches the real path. */
function resolveOwnedPath(
  view: FileView,
  path: string,
  realPaths: RealPaths,
): ReturnType<FileView['resolve']> {
  const found = view.resolve(path);
  if (found !== undefined && found.path !== path) {
    realPaths.set(path, found.path);
  }
  return found;
}

function listEvidence({ key: from, locations }: InventoryPackage): Relationship[] {
  return locations.map((location) => ({ kind: 'evident-by', from, location }));
}

/**
 * Yields packages whose evidence is a file that another package installed. A package manager's own
 * database is evidence of all its packages and may belong to one of them, which does not make that
 * one the owner of the rest: packages of one cataloger never own each other. A path that is only
 * reached through a link is not claimed if a package of the same type installed the real path.
 */
function* listOwnedPackages(input: RelateInput, realPaths: RealPaths): Iterable<Relationship> {
  const packages = [...input.packages, ...input.others];
  if (new Set(packages.map(({ foundBy }) => foundBy)).size < 2) {
    return;
  }
  for (const { ownedFiles } of input.others) {
    for (const { path } of ownedFiles) {
      resolveOwnedPath(input.view, path, realPaths);
    }
  }
  const selected = new Set(input.packages);
  const evident = indexEvidence(packages);
  let installed: InstalledPaths | undefined;
  for (const owner of packages) {
    const claims = new Map<string, Set<string>>();
    const addClaims = (path: string): void => {
      for (const [foundBy, found] of evident.get(path) ?? []) {
        for (const pkg of foundBy === owner.foundBy ? [] : found) {
          if (selected.has(pkg) || selected.has(owner)) {
            claims.set(pkg.key, (claims.get(pkg.key) ?? new Set()).add(path));
          }
        }
      }
    };
    for (const { path } of owner.ownedFiles) {
      if (evident.has(path)) {
        addClaims(path);
      }
      const real = realPaths.get(path);
      if (real !== undefined && evident.has(real)) {
        installed ??= indexInstalledPaths(packages);
        if (installed.get(owner.type)?.has(real) !== true) {
          addClaims(real);
        }
      }
    }
    for (const [to, paths] of claims) {
      yield { kind: 'owns-package', from: owner.key, to, paths: [...paths].sort(compareText) };
    }
  }
}

/**
 * Each package once for each path, by their catalogers: those of one cataloger never own each
 * other, and a database is evidence of thousands of them.
 */
function indexEvidence(
  packages: readonly InventoryPackage[],
): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<InventoryPackage>>> {
  const evident = new Map<string, Map<string, Set<InventoryPackage>>>();
  for (const pkg of packages) {
    for (const { path } of pkg.locations) {
      const ofPath = evident.get(path) ?? new Map<string, Set<InventoryPackage>>();
      evident.set(path, ofPath);
      ofPath.set(pkg.foundBy, (ofPath.get(pkg.foundBy) ?? new Set()).add(pkg));
    }
  }
  return evident;
}

/** Installed paths by package type. */
type InstalledPaths = ReadonlyMap<string, ReadonlySet<string>>;

function indexInstalledPaths(packages: readonly InventoryPackage[]): InstalledPaths {
  const installed = new Map<string, Set<string>>();
  for (const { type, ownedFiles } of packages) {
    const paths = installed.get(type) ?? new Set();
    installed.set(type, paths);
    for (const { path } of ownedFiles) {
      paths.add(path);
    }
  }
  return installed;
}
