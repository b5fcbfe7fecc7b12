import type { Cataloger } from '../foundation/core/cataloger.ts';
import { defined } from '../foundation/core/defined.ts';
import type { Distro } from '../foundation/core/distro.ts';
import type { InventoryPackage } from '../foundation/core/inventory.ts';
import type { Problem } from '../foundation/core/problem.ts';

/**
 * An operating system without packages hides its contents: its database is missing, empty or of an
 * unsupported kind. Packages of another kind do not replace them, such as an archive that was
 * copied into the image. Nothing is missing if no cataloger of such databases runs.
 */
export function checkSystemPackages(
  distro: Distro | undefined,
  packages: readonly InventoryPackage[],
  catalogers: readonly Cataloger<unknown>[],
): readonly Problem[] {
  if (distro === undefined || !catalogers.some(({ tags }) => tags.includes('os'))) {
    return [];
  }
  const ofSystem = new Set(findSystemCatalogers(distro, catalogers).map(({ id }) => id));
  if (packages.some(({ foundBy }) => ofSystem.has(foundBy))) {
    return [];
  }
  const message = `no package of the operating system ${distro.prettyName ?? distro.id} was found: its database is missing, empty or unsupported`;
  const { evidencePath: path } = distro;
  return [{ code: 'P_UNSUPPORTED', message, ...defined({ path }) }];
}

/**
 * Returns the catalogers that declare the distribution, or the first of those it is derived from.
 * An unknown distribution may have any package database.
 */
function findSystemCatalogers(
  { id: own, idLike }: Distro,
  catalogers: readonly Cataloger<unknown>[],
): readonly Cataloger<unknown>[] {
  for (const id of [own, ...idLike]) {
    const declaring = catalogers.filter(({ systems }) => systems?.includes(id.toLowerCase()));
    if (declaring.length > 0) {
      return declaring;
    }
  }
  return catalogers.filter(({ tags }) => tags.includes('os') && tags.includes('installed'));
}
