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
 * know nothing of programs that they carry along, so these stay. A package that was recognized by
 * the content of a file also gives way to the note in that file if both say the same: a note can be
 * added to any program, so one that says something else leaves both packages.
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

/** Keys of packages that were only seen from a file whose own note says the same. */
function namedOtherwise(packages: Iterable<InventoryPackage>): string[] {
  const all = [...packages];
  const noted = new Map<string, InventoryPackage>();
  for (const pkg of all) {
    for (const place of pkg.namesItsFile === true ? primaryPlaces(pkg) : []) {
      noted.set(place, pkg);
    }
  }
  return all
    .filter(({ yieldsToOwner, namesItsFile }) => yieldsToOwner === true && namesItsFile !== true)
    .filter((pkg) => {
      const notes = primaryPlaces(pkg).map((place) => noted.get(place));
      return notes.some((note) => note !== undefined && isSameProduct(pkg, note));
    })
    .map(({ key }) => key);
}

/** Whether name and version agree; a note has the revision of its build after the version. */
function isSameProduct(recognized: InventoryPackage, noted: InventoryPackage): boolean {
  const isSameName = recognized.name.toLowerCase() === noted.name.toLowerCase();
  const rest = noted.version.startsWith(recognized.version)
    ? noted.version.slice(recognized.version.length)
    : undefined;
  return isSameName && rest !== undefined && !/^\d/.test(rest);
}

function primaryPlaces({ locations }: InventoryPackage): string[] {
  return locations
    .filter(({ evidence }) => evidence === 'primary')
    .map(({ path, layer }) => coordinateOf(path, layer));
}
