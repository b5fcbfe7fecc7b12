import type { Inventory, Relationship } from '../../foundation/core/inventory.ts';

/**
 * Kinds of metadata of packages without files in Syft's documents: paths in Python's records stay
 * relative there, so no file is found, and the other kinds have no record.
 */
const WITHOUT_FILES: ReadonlySet<string> = new Set([
  'java-archive',
  'javascript-npm-package',
  'python-package',
  'ruby-gemspec',
]);

/** The relationships of a document, and our relationships that Syft does not have. */
export interface EdgeSelection {
  readonly written: readonly Relationship[];
  readonly onlyOurs: readonly Relationship[];
}

/** `isParity`: only those that Syft creates. */
export function selectEdges(inventory: Inventory, isParity: boolean): EdgeSelection {
  const { relationships } = inventory;
  if (!isParity) {
    return { written: relationships, onlyOurs: [] };
  }
  const withoutFiles = new Set(
    inventory.packages
      .filter(({ metadata }) => WITHOUT_FILES.has(metadata?.kind ?? ''))
      .map(({ key }) => key),
  );
  const isOnlyOurs = ({ kind, from }: Relationship): boolean =>
    (kind === 'contains-file' || kind === 'owns-package') && withoutFiles.has(from);
  return {
    written: relationships.filter((edge) => !isOnlyOurs(edge)),
    onlyOurs: relationships.filter(isOnlyOurs),
  };
}
