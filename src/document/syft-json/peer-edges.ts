import type { Inventory, Relationship } from '../../core/inventory.ts';

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
export interface ToldEdges {
  readonly told: readonly Relationship[];
  readonly untold: readonly Relationship[];
}

/** `isParity`: only those that Syft creates. */
export function selectEdges(inventory: Inventory, isParity: boolean): ToldEdges {
  const { relationships } = inventory;
  if (!isParity) {
    return { told: relationships, untold: [] };
  }
  const withoutFiles = new Set(
    inventory.packages
      .filter(({ metadata }) => WITHOUT_FILES.has(metadata?.kind ?? ''))
      .map(({ key }) => key),
  );
  const isUntold = ({ kind, from }: Relationship): boolean =>
    (kind === 'contains-file' || kind === 'owns-package') && withoutFiles.has(from);
  return {
    told: relationships.filter((edge) => !isUntold(edge)),
    untold: relationships.filter(isUntold),
  };
}
