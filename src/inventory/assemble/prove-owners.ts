import { defined } from '../../foundation/core/defined.ts';
import type { InventoryPackage, Relationship, WeakProof } from '../../foundation/core/inventory.ts';
import type { Location } from '../../foundation/core/package.ts';
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
  const ownersByKey = new Map<string, Set<InventoryPackage>>();
  for (const edge of relationships) {
    const owner = edge.kind === 'owns-package' ? all.get(edge.from) : undefined;
    if ('to' in edge && owner !== undefined && systemCatalogers.has(owner.foundBy)) {
      ownersByKey.set(edge.to, (ownersByKey.get(edge.to) ?? new Set()).add(owner));
    }
  }
  const owners = new Set([...ownersByKey.values()].flatMap((some) => [...some]));
  if (owners.size === 0) {
    return relationships;
  }
  const proof = new OwnershipProof(input, [...owners]);
  const claimed = new Map(
    [...ownersByKey].flatMap(([key, some]) => {
      const pkg = all.get(key);
      return pkg === undefined ? [] : [[key, new ClaimedPackage(pkg, some, proof)]];
    }),
  );
  return relationships.map((edge) => {
    const owner = edge.kind === 'owns-package' ? all.get(edge.from) : undefined;
    const pkg = 'to' in edge ? claimed.get(edge.to) : undefined;
    return owner === undefined || pkg === undefined || !owners.has(owner)
      ? edge
      : { ...edge, ...defined({ proof: pkg.findWeakProof(owner) }) };
  });
}

/** A package whose files are in the records of operating-system packages. */
class ClaimedPackage {
  readonly #package: InventoryPackage;
  readonly #proof: OwnershipProof;
  /** The files that identify the package. */
  readonly #needed: readonly Location[];
  /** The strongest proof of any owner for each of these files. */
  readonly #best: readonly ProofResult[];

  constructor(pkg: InventoryPackage, owners: ReadonlySet<InventoryPackage>, proof: OwnershipProof) {
    const primary = pkg.locations.filter(({ evidence }) => evidence === 'primary');
    this.#package = pkg;
    this.#proof = proof;
    this.#needed = primary.length > 0 ? primary : pkg.locations;
    this.#best = this.#needed.map((location) => proof.judge(pkg, location, owners).result);
  }

  /**
   * An owner must prove each file that it lists, and each file of the package needs an owner that
   * proves it.
   */
  findWeakProof(owner: InventoryPackage): WeakProof | undefined {
    const own = this.#needed
      .map(({ path }) => this.#proof.judgeOwner(this.#package, path, owner))
      .filter((result) => result !== 'none');
    const results = new Set<ProofResult>(own.length > 0 ? [...this.#best, ...own] : ['none']);
    if (results.has('changed')) {
      return 'changed';
    }
    if (results.has('unproven') || results.has('none')) {
      return 'path';
    }
    return results.has('name') ? 'name' : undefined;
  }
}
