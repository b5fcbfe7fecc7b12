import type { InventoryPackage, Relationship } from '../core/inventory.ts';
import { coordinateOf } from './coordinate.ts';

/** Packages, and how they hang together. */
interface Related {
  readonly packages: readonly InventoryPackage[];
  readonly relationships: readonly Relationship[];
}

/**
 * Leaves out packages that were only seen from files of a package of the operating system, which
 * knows better: `bash` the program is `bash` the package, with its patches. Packages of a language
 * know nothing of programs that they carry along, so these stay. A file that names its package
 * itself knows better than what programs of its name are, too.
 *
 * @param others further packages that may own some
 */
export function withoutOwnedBinaries(
  { packages, relationships }: Related,
  others: readonly InventoryPackage[],
): Related {
  const all = new Map([...others, ...packages].map((pkg) => [pkg.key, pkg]));
  const owned = relationships.flatMap((edge) =>
    edge.kind === 'owns-package' &&
    all.get(edge.from)?.language === '' &&
    all.get(edge.to)?.yieldsToOwner === true
      ? [edge.to]
      : [],
  );
  const gone = new Set([...owned, ...namedOtherwise(all.values())]);
  if (gone.size === 0) {
    return { packages, relationships };
  }
  return {
    packages: packages.filter(({ key }) => !gone.has(key)),
    relationships: relationships.filter(
      (edge) => !gone.has(edge.from) && !('to' in edge && gone.has(edge.to)),
    ),
  };
}

/** Keys of packages that were only seen from a file which itself names another one. */
function namedOtherwise(packages: Iterable<InventoryPackage>): string[] {
  const all = [...packages];
  const named = new Set(
    all.filter(({ namesItsFile }) => namesItsFile === true).flatMap(primaryPlaces),
  );
  return all
    .filter(({ yieldsToOwner, namesItsFile }) => yieldsToOwner === true && namesItsFile !== true)
    .filter((pkg) => primaryPlaces(pkg).some((place) => named.has(place)))
    .map(({ key }) => key);
}

function primaryPlaces({ locations }: InventoryPackage): string[] {
  return locations
    .filter(({ evidence }) => evidence === 'primary')
    .map(({ path, layer }) => coordinateOf(path, layer));
}
