import type { Options } from '../config/option.ts';
import type { Distro } from '../core/distro.ts';
import { UserError } from '../core/error.ts';
import type { Inventory } from '../core/inventory.ts';
import { cpeCandidates } from '../identity/cpe-candidates.ts';
import { distroOfPurl } from '../identity/purl/purl-package.ts';

/**
 * What the user knows better than the target: by which operating system to judge, and that packages
 * without a CPE may be judged by guessed ones.
 *
 * @throws UserError `E_USAGE` where the operating system cannot be understood
 */
export function adjustInventory(
  inventory: Inventory,
  { distro, addCpesIfNone, limits }: Pick<Options, 'distro' | 'addCpesIfNone' | 'limits'>,
): Inventory {
  const told = distro === undefined ? inventory : { ...inventory, distro: distroNamed(distro) };
  if (!addCpesIfNone) {
    return told;
  }
  const packages = told.packages.map((item) =>
    item.cpes.length > 0 ? item : { ...item, cpes: cpeCandidates(item, limits) },
  );
  return { ...told, packages };
}

/** Spelled as in package URLs: `debian:12`, `debian-12` or `debian@12`. */
export function distroNamed(text: string): Distro {
  const distro = distroOfPurl({ type: 'generic', name: '', qualifiers: { distro: text } });
  if (distro === undefined) {
    throw new UserError('E_USAGE', `--distro: "${text}" names no operating system`, {
      hint: 'for example: --distro debian:12',
    });
  }
  return distro;
}
