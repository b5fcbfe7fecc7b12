import { addToList } from '../core/add-to-list.ts';
import { defined } from '../core/defined.ts';
import type { InventoryPackage, Relationship, WeakProof } from '../core/inventory.ts';
import type { OwnedBinariesInput } from './owned-binaries.ts';
import { OwnershipProof, type ProofResult } from './ownership-proof.ts';

/**
 * Marks relationships of operating-system packages whose record does not prove by a digest that
 * they installed a package: the distribution's statements only apply to files that it built.
 *
 * @param systemCatalogers ids of the catalogers of operating-system packages
 */
export function proveOwners(
  input: OwnedBinariesInput,
  systemCatalogers: ReadonlySet<string>,
): readonly Relationship[] {
  const { packages, relationships, others } = input;
  const all = new Map([...others, ...packages].map((pkg) => [pkg.key, pkg]));
  const ownersByKey = new Map<string, InventoryPackage[]>();
  for (const edge of relationships) {
    const owner = edge.kind === 'owns-package' ? all.get(edge.from) : undefined;
    if ('to' in edge && owner !== undefined && systemCatalogers.has(owner.foundBy)) {
      addToList(ownersByKey, edge.to, owner);
    }
  }
  if (ownersByKey.size === 0) {
    return relationships;
  }
  const proof = new OwnershipProof(input, new Set([...ownersByKey.values()].flat()));
  return relationships.map((edge) => {
    const owners = edge.kind === 'owns-package' ? (ownersByKey.get(edge.to) ?? []) : [];
    const owner = owners.find(({ key }) => key === edge.from);
    const pkg = 'to' in edge ? all.get(edge.to) : undefined;
    return owner === undefined || pkg === undefined
      ? edge
      : { ...edge, ...defined({ proof: findWeakProof(pkg, owner, { owners, proof }) }) };
  });
}

interface Claims {
  /** All packages that claim the files. */
  readonly owners: readonly InventoryPackage[];
  readonly proof: OwnershipProof;
}

/**
 * An owner must prove each file that it lists, and each file of the package needs an owner that
 * proves it.
 */
function findWeakProof(
  pkg: InventoryPackage,
  owner: InventoryPackage,
  { owners, proof }: Claims,
): WeakProof | undefined {
  const primary = pkg.locations.filter(({ evidence }) => evidence === 'primary');
  const needed = primary.length > 0 ? primary : pkg.locations;
  const best = needed.map((location) => proof.judge(pkg, location, owners).result);
  const own = needed
    .map((location) => proof.judge(pkg, location, [owner]).result)
    .filter((result) => result !== 'none');
  const results = new Set<ProofResult>(own.length > 0 ? [...best, ...own] : ['none']);
  if (results.has('changed')) {
    return 'changed';
  }
  if (results.has('unproven') || results.has('none')) {
    return 'path';
  }
  return results.has('name') ? 'name' : undefined;
}
