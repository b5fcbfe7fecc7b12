import { defined } from '../foundation/core/defined.ts';
import type { Distro } from '../foundation/core/distro.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { DEFAULT_LIMITS, type Limits } from '../foundation/core/limits.ts';
import { toPurlDistro } from '../foundation/identity/purl/purl-package.ts';
import type { DeclaredFacts } from './request.ts';

/**
 * Applies the facts that the user declares about a target: version, supplier, the distribution to
 * match against, and that packages without a CPE get generated candidates.
 *
 * @throws UserError `E_USAGE` if the distribution is malformed
 */
export async function adjustInventory(
  inventory: Inventory,
  { version, supplier, distro, addsCpes = false }: DeclaredFacts,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Inventory> {
  const target = {
    ...inventory.target,
    ...defined({ version, supplier }),
  };
  const declared = { ...inventory, target };
  const placed = distro === undefined ? declared : { ...declared, distro: parseDistro(distro) };
  if (!addsCpes) {
    return placed;
  }
  const { guessCpes } = await import('../foundation/identity/cpe-candidates.ts');
  const packages = placed.packages.map((item) =>
    item.cpes.length > 0 ? item : { ...item, cpes: guessCpes(item, limits) },
  );
  return { ...placed, packages };
}

/** Reads `debian:12`, `debian-12` or `debian@12`, as in package URLs. */
export function parseDistro(text: string): Distro {
  const distro = toPurlDistro({ type: 'generic', name: '', qualifiers: { distro: text } });
  if (distro === undefined) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${text}" for --distro: not an operating system`,
      {
        hint: 'use a name and version, for example: --distro debian:12',
      },
    );
  }
  return distro;
}
