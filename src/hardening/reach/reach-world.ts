import { addToList } from '../../foundation/core/add-to-list.ts';
import type { FileView } from '../../foundation/core/cataloger.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { FactFinder } from '../../image/view/fact-finder.ts';
import { isPlainName } from '../../image/view/path.ts';
import { type ProcessConfig, searchPath } from './process-config.ts';
import type { ReachWorld } from './rule-contract.ts';

export interface WorldInput {
  readonly view: FileView;
  readonly inventory: Inventory;
  readonly config: ProcessConfig;
  /** Returns the fact of a rule's extractor about the file at a real path. */
  readonly findFact: FactFinder;
}

/** Creates the lazy indexes that rules use. */
export function createReachWorld({ view, inventory, config, findFact }: WorldInput): ReachWorld {
  const needed = makeLazily(() => collectNeededPairs(inventory));
  const ownership = makeLazily(() => findOwnership(view, inventory));
  const exists = memoize((path: string): boolean => view.resolve(path) !== undefined);
  const folders = searchPath(config).map((folder) => folder.replace(/\/$/, ''));
  const commands = makeLazily(() => groupFoldersByName(folders, view));
  const findOwner = (path: string): InventoryPackage | undefined => ownership().owners.get(path);
  return {
    view,
    config,
    distro: inventory.distro,
    findOwner,
    findSource: (path) => {
      const owner = findOwner(path);
      return owner === undefined ? undefined : (owner.upstreams[0]?.name ?? owner.name);
    },
    listFiles: (key) => ownership().files.get(key) ?? [],
    hasNeed: (key, other) => needed().has(`${key} ${other}`),
    getFact: findFact,
    findCommandPath: memoize((name) =>
      (isPlainName(name) ? (commands().get(name) ?? []) : folders)
        .map((folder) => `${folder}/${name}`)
        .find((path) => view.resolve(path) !== undefined),
    ),
    exists,
  };
}

/** Groups directories by the names in them; most strings that may be commands are in none. */
function groupFoldersByName(
  folders: readonly string[],
  view: FileView,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const folder of new Set(folders)) {
    for (const name of view.list(view.findRealFolder(folder) ?? folder)) {
      addToList(found, name, folder);
    }
  }
  return found;
}

/** Many files look up the same paths and names. */
function memoize<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) {
      return found as T;
    }
    const made = find(text);
    known.set(text, made);
    return made;
  };
}

function makeLazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Each pair as `key needed`. */
function collectNeededPairs({ relationships }: Inventory): ReadonlySet<string> {
  return new Set(
    relationships.flatMap((one) => (one.kind === 'dependency-of' ? [`${one.to} ${one.from}`] : [])),
  );
}

interface Ownership {
  readonly owners: ReadonlyMap<string, InventoryPackage>;
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/**
 * Records may name paths through linked directories (`/lib/x` for `/usr/lib/x`); real paths count.
 */
function findOwnership(view: FileView, { packages }: Inventory): Ownership {
  const owners = new Map<string, InventoryPackage>();
  const files = new Map<string, readonly string[]>();
  for (const item of packages) {
    const own = [...item.ownedFiles, ...(item.otherOwnedFiles ?? [])];
    const paths = own.flatMap(({ path }) => view.resolve(path)?.path ?? []);
    files.set(item.key, [...new Set(paths)]);
    for (const path of paths) {
      owners.set(path, owners.get(path) ?? item);
    }
  }
  return { owners, files };
}
