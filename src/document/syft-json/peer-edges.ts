import type { Inventory, Relationship } from '../../core/inventory.ts';

/**
 * Kinds of metadata of packages that own no files in Syft's documents: the paths in records of
 * Python stay relative there, so that none of them is found, and the others have no record.
 */
const WITHOUT_FILES: ReadonlySet<string> = new Set([
  'java-archive',
  'javascript-npm-package',
  'python-package',
  'ruby-gemspec',
]);

/** The relationships that a document tells, and those of ours that Syft does not know. */
export interface ToldEdges {
  readonly told: readonly Relationship[];
  readonly untold: readonly Relationship[];
}

/** `isParity`: only those that Syft makes. */
export function toldEdges(inventory: Inventory, isParity: boolean): ToldEdges {
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
