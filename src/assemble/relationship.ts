import { assert } from '../core/assert.ts';
import type { Assembly, FileView } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import type { InventoryPackage, Relationship } from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { Package } from '../core/package.ts';
import type { Problem } from '../core/problem.ts';
import { EdgeSet } from './edge-set.ts';

export interface RelateInput {
  readonly view: FileView;
  /** Packages whose files and evidence are asked for. */
  readonly packages: readonly InventoryPackage[];
  /** Further packages of the view, to which edges may lead. */
  readonly others: readonly InventoryPackage[];
  readonly assemblies: readonly Assembly[];
  /** Keys of the packages as the catalogers made them. */
  readonly keyOf: ReadonlyMap<Package, string>;
}

export interface Related {
  readonly relationships: readonly Relationship[];
  readonly problems: readonly Problem[];
}

/**
 * How packages hang together with each other and with files. Sorted by kind and ends, each edge
 * once; `edgesMax` of them at most.
 */
export function relate(input: RelateInput, { edgesMax }: Limits): Related {
  const edges = new EdgeSet();
  for (const some of allEdges(input)) {
    for (const edge of some) {
      if (edges.size >= edgesMax && !edges.has(edge)) {
        const message = `some relationships were left out: the limit edgesMax is ${edgesMax}`;
        return { relationships: edges.inOrder(), problems: [{ code: 'P_LIMIT', message }] };
      }
      edges.add(edge);
    }
  }
  return { relationships: edges.inOrder(), problems: [] };
}

/** Sorted by kind and ends, each edge once. */
export function inOrderOfEdges(all: Iterable<Relationship>): Relationship[] {
  const edges = new EdgeSet();
  for (const edge of all) {
    edges.add(edge);
  }
  return edges.inOrder();
}

/** In lists as long as those of the packages; of what may be longer, each when it is asked for. */
function* allEdges(input: RelateInput): Iterable<Iterable<Relationship>> {
  const realPaths: RealPaths = new Map();
  yield dependencies(input);
  yield libraryDependencies(input);
  for (const pkg of input.packages) {
    yield containedFiles(input.view, pkg, realPaths);
    yield evidence(pkg);
  }
  yield ownedPackages(input, realPaths);
}

/** Of owned paths that lead through links. */
type RealPaths = Map<string, string>;

function* dependencies({ assemblies, keyOf }: RelateInput): Iterable<Relationship> {
  for (const { from, to } of assemblies.flatMap((assembly) => assembly.dependencies ?? [])) {
    const [fromKey, toKey] = [keyOf.get(from), keyOf.get(to)];
    assert(fromKey !== undefined && toKey !== undefined, 'edges join packages of the assembly');
    if (fromKey !== toKey) {
      yield { kind: 'dependency-of', from: fromKey, to: toKey };
    }
  }
}

/**
 * A program needs the packages that have its libraries: the loader finds them by their file names,
 * which may be links that a package installed.
 */
function* libraryDependencies({ packages, others }: RelateInput): Iterable<Relationship> {
  const wanted = new Set(packages.flatMap(({ neededLibraries = [] }) => neededLibraries));
  if (wanted.size === 0) {
    return;
  }
  // Most names are of another length than any that is wanted, and need not be cut out.
  const lengths = new Set([...wanted].map(({ length }) => length));
  const holders = new Map<string, Set<string>>();
  for (const pkg of [...packages, ...others]) {
    for (const places of [pkg.ownedFiles, pkg.otherOwnedFiles ?? [], pkg.locations]) {
      for (const { path } of places) {
        const start = path.lastIndexOf('/') + 1;
        if (!lengths.has(path.length - start)) {
          continue;
        }
        const name = path.slice(start);
        if (wanted.has(name)) {
          holders.set(name, (holders.get(name) ?? new Set()).add(pkg.key));
        }
      }
    }
  }
  for (const { key, neededLibraries = [] } of packages) {
    for (const holder of neededLibraries.flatMap((name) => [...(holders.get(name) ?? [])])) {
      if (holder !== key) {
        yield { kind: 'dependency-of', from: holder, to: key };
      }
    }
  }
}

/**
 * The regular files that owned paths open. Folders are not contents: they are shared by many
 * packages.
 */
function containedFiles(
  view: FileView,
  { key: from, ownedFiles }: InventoryPackage,
  realPaths: RealPaths,
): Relationship[] {
  const edges: Relationship[] = [];
  for (const owned of ownedFiles) {
    const found = openedAt(view, owned.path, realPaths);
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

/** What an owned path opens; remembers where it leads. */
function openedAt(
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

function evidence({ key: from, locations }: InventoryPackage): Relationship[] {
  return locations.map((location) => ({ kind: 'evident-by', from, location }));
}

/**
 * A package whose evidence is a file that another package installed. A package manager's own
 * database is evidence of all its packages and may belong to one of them, which does not make it
 * the owner of the rest: packages of one cataloger never own each other. A path that is only
 * reached through a link is not claimed where a package of the same type installed the real one.
 */
function* ownedPackages(input: RelateInput, realPaths: RealPaths): Iterable<Relationship> {
  const packages = [...input.packages, ...input.others];
  if (new Set(packages.map(({ foundBy }) => foundBy)).size < 2) {
    return;
  }
  for (const { ownedFiles } of input.others) {
    for (const { path } of ownedFiles) {
      openedAt(input.view, path, realPaths);
    }
  }
  const asked = new Set(input.packages);
  const evident = packagesByEvidence(packages);
  let installed: InstalledPaths | undefined;
  for (const owner of packages) {
    const claims = new Map<string, Set<string>>();
    const claim = (path: string): void => {
      for (const pkg of evident.get(path) ?? []) {
        const isAsked = asked.has(pkg) || asked.has(owner);
        if (isAsked && pkg.foundBy !== owner.foundBy) {
          claims.set(pkg.key, (claims.get(pkg.key) ?? new Set()).add(path));
        }
      }
    };
    for (const { path } of owner.ownedFiles) {
      if (evident.has(path)) {
        claim(path);
      }
      const real = realPaths.get(path);
      if (real !== undefined && evident.has(real)) {
        installed ??= installedPaths(packages);
        if (installed.get(owner.type)?.has(real) !== true) {
          claim(real);
        }
      }
    }
    for (const [to, paths] of claims) {
      yield { kind: 'owns-package', from: owner.key, to, paths: [...paths].sort(compareText) };
    }
  }
}

/** Each package once for each path. */
function packagesByEvidence(
  packages: readonly InventoryPackage[],
): ReadonlyMap<string, ReadonlySet<InventoryPackage>> {
  const evident = new Map<string, Set<InventoryPackage>>();
  for (const pkg of packages) {
    for (const { path } of pkg.locations) {
      const known = evident.get(path);
      if (known === undefined) {
        evident.set(path, new Set([pkg]));
      } else {
        known.add(pkg);
      }
    }
  }
  return evident;
}

/** By type of the packages. */
type InstalledPaths = ReadonlyMap<string, ReadonlySet<string>>;

function installedPaths(packages: readonly InventoryPackage[]): InstalledPaths {
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
