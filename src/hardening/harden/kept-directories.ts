import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { isExpectedDirectory, listUsedManagers } from './expected-directories.ts';
import { ImageFiles } from './image-files.ts';
import type { RecipeProcess } from './recipe-contract.ts';
import type { RemovalPlan } from './removal-plan.ts';

/**
 * Returns the directories that stay, sorted: parents of kept files, those for state, those that
 * were empty, volumes and the working directory.
 */
export function listKeptDirectories(
  { kept }: RemovalPlan,
  inventory: Inventory,
  { volumes, workingFolder }: Pick<RecipeProcess, 'volumes' | 'workingFolder'>,
): readonly string[] {
  const files = new ImageFiles(inventory.files);
  const all = inventory.files.filter(({ type }) => type === 'directory').map(({ path }) => path);
  const filled = new Set(inventory.files.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  const managers = listUsedManagers(kept);
  const expected = all.filter((path) =>
    isExpectedDirectory(path, { isEmpty: !filled.has(path), managers }),
  );
  const named = [...volumes, workingFolder].map((path) => files.resolve(path));
  const wanted = new Set<string>();
  for (const path of [...kept.map((file) => getParent(file.path)), ...expected, ...named]) {
    for (let at = path; at !== '' && at !== '/' && !wanted.has(at); at = getParent(at)) {
      wanted.add(at);
    }
  }
  return all.filter((path) => wanted.has(path)).toSorted(compareText);
}

function getParent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
