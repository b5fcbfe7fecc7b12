import { getBaseName } from '../foundation/core/base-name.ts';
import type { Budget } from '../foundation/core/budget.ts';
import type { Cataloger } from '../foundation/core/cataloger.ts';
import { listVisibleFacts } from '../image/view/visible-facts.ts';
import { assembleSafely } from '../inventory/assemble/assemble-safely.ts';
import type { OwnedFileFinder } from './read-links.ts';

/**
 * Returns which of some files are owned by packages of the operating system. That needs the
 * packages of their catalogers, so it is only called for the few files that would be read again.
 *
 * @param paths real paths
 */
export function findSystemFiles(
  paths: ReadonlySet<string>,
  { view, layers }: Parameters<OwnedFileFinder>[1],
  catalogers: readonly Cataloger<unknown>[],
  budget: Budget,
): ReadonlySet<string> {
  const names = new Set([...paths].map(getBaseName));
  const owned = catalogers
    .filter(({ tags, can }) => tags.includes('os') && can.ownedFiles !== 'no')
    .flatMap((cataloger) => {
      const facts = listVisibleFacts(view, layers, cataloger.id);
      const own = budget.restrictToPlugin(cataloger.id);
      const made = assembleSafely(cataloger.id, own, () =>
        cataloger.assemble({ view, distro: undefined, facts, budget: own }),
      );
      return made.packages ?? [];
    })
    .flatMap(({ language, ownedFiles }) => (language === '' ? ownedFiles : []))
    // Most files are not among the requested ones and are skipped.
    .filter(({ path }) => names.has(getBaseName(path)))
    .map(({ path }) => view.resolve(path)?.path ?? path);
  return new Set(owned.filter((path) => paths.has(path)));
}
