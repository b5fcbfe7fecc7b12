import type { InventoryPackage, Relationship } from '../core/inventory.ts';

/** Packages, and how they hang together. */
interface Related {
  readonly packages: readonly InventoryPackage[];
  readonly relationships: readonly Relationship[];
}

/**
 * Leaves out packages that were only seen from files of a package of the operating system, which
 * knows better: `bash` the program is `bash` the package, with its patches. Packages of a language
 * know nothing of programs that they carry along, so these stay.
 *
 * @param others further packages that may own some
 */
export function withoutOwnedBinaries(
  { packages, relationships }: Related,
  others: readonly InventoryPackage[],
): Related {
  const all = new Map([...others, ...packages].map((pkg) => [pkg.key, pkg]));
  const gone = new Set(
    relationships.flatMap((edge) =>
      edge.kind === 'owns-package' &&
      all.get(edge.from)?.language === '' &&
      all.get(edge.to)?.yieldsToOwner === true
        ? [edge.to]
        : [],
    ),
  );
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
