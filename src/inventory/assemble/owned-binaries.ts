import { appendAll } from '../../foundation/core/append-all.ts';
import type { Assembly, FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type {
  InventoryPackage,
  Relationship,
  SuppressedPackage,
} from '../../foundation/core/inventory.ts';
import type { Location, Package } from '../../foundation/core/package.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import { isSameProduct } from '../../foundation/core/same-product.ts';
import { toCoordinate } from './coordinate.ts';
import { OwnershipProof } from './ownership-proof.ts';

/** Packages and their relationships. */
interface Related {
  readonly packages: readonly InventoryPackage[];
  readonly relationships: readonly Relationship[];
}

export interface OwnedBinariesInput extends Related {
  readonly view: FileView;
  /** Further packages that may own some of them. */
  readonly others: readonly InventoryPackage[];
  readonly assemblies: readonly Assembly[];
  readonly keysByPackage: ReadonlyMap<Package, string>;
}

export interface WithoutOwned extends Related {
  readonly suppressed: readonly SuppressedPackage[];
  /** Files that differ from the records of their owners. */
  readonly problems: readonly Problem[];
}

/**
 * Suppresses packages that were only found in files of an operating system package, which is more
 * exact: the program `bash` is the package `bash`, with its patches. Because any record can list
 * any path, an owner counts only if its digest matches the file, or if a record without a digest
 * has the same product and version; and each file that is evidence of the package needs an owner.
 * Language packages do not describe programs that they bundle. A package recognized by the content
 * of a file also yields to the note in that file if both state the same: a note can be added to any
 * program, so if it states something else, both packages are kept.
 */
export function suppressOwnedBinaries(input: OwnedBinariesInput): WithoutOwned {
  const { packages, relationships, others } = input;
  const all = new Map([...others, ...packages].map((pkg) => [pkg.key, pkg]));
  const { suppressed, problems } = findOwnedBinaries(input, all);
  const known = new Set(suppressed.keys());
  for (const [key, note] of findNotedPackages(all.values())) {
    if (!known.has(key)) {
      suppressed.set(key, note);
    }
  }
  const isClaim = (edge: Relationship): boolean =>
    edge.kind === 'owns-package' &&
    all.get(edge.from)?.language === '' &&
    all.get(edge.to)?.yieldsToOwner === true;
  return {
    packages: packages.filter(({ key }) => !suppressed.has(key)),
    // An owner without proof does not count: otherwise advisories of its distribution would replace
    // the statements about the program.
    relationships: relationships.filter(
      (edge) =>
        !isClaim(edge) && !suppressed.has(edge.from) && !('to' in edge && suppressed.has(edge.to)),
    ),
    suppressed: packages.flatMap(({ key }) => suppressed.get(key) ?? []),
    problems,
  };
}

type Suppressed = Map<string, SuppressedPackage>;

interface OwnedBinaries {
  readonly suppressed: Suppressed;
  readonly problems: readonly Problem[];
}

function findOwnedBinaries(
  input: OwnedBinariesInput,
  all: ReadonlyMap<string, InventoryPackage>,
): OwnedBinaries {
  const ownersByKey = new Map<string, Set<InventoryPackage>>();
  for (const edge of input.relationships) {
    const owner = all.get(edge.from);
    if (edge.kind === 'owns-package' && owner?.language === '') {
      if (all.get(edge.to)?.yieldsToOwner === true) {
        ownersByKey.set(edge.to, (ownersByKey.get(edge.to) ?? new Set()).add(owner));
      }
    }
  }
  const suppressed: Suppressed = new Map();
  const problems: Problem[] = [];
  if (ownersByKey.size > 0) {
    const distinct = new Set(ownersByKey.values().flatMap((each) => each.values()));
    const sorted = [...distinct].sort((left, right) => compareText(left.key, right.key));
    const proof = new OwnershipProof(input, sorted);
    for (const [key, owners] of ownersByKey) {
      const pkg = all.get(key);
      if (pkg !== undefined) {
        const judged = judgePackage(pkg, owners, proof);
        appendAll(problems, judged.problems);
        judged.suppressed.forEach((one) => suppressed.set(key, one));
      }
    }
  }
  return { suppressed, problems };
}

/** Each location of the package needs an owner, and none may have been changed. */
function judgePackage(
  pkg: InventoryPackage,
  owners: ReadonlySet<InventoryPackage>,
  proof: OwnershipProof,
): { readonly suppressed: readonly SuppressedPackage[]; readonly problems: readonly Problem[] } {
  const judged = pkg.locations.map((location) => ({
    location,
    ...proof.judge(pkg, location, owners),
  }));
  const problems = judged
    .filter(({ result }) => result === 'changed')
    .map(({ location, owner }) => createChangedProblem(location, owner));
  const primary = judged.filter(({ location }) => location.evidence === 'primary');
  const needed = primary.length > 0 ? primary : judged;
  const isProven = needed.every(({ result }) => result === 'digest' || result === 'name');
  const weakest = needed.find(({ result }) => result === 'name') ?? needed[0];
  if (problems.length > 0 || !isProven || weakest?.owner === undefined) {
    return { suppressed: [], problems };
  }
  const reason = weakest.result === 'name' ? REASONS.name : REASONS.digest;
  return { suppressed: [toSuppressedPackage(pkg, weakest.owner, reason)], problems };
}

const REASONS = {
  digest: 'installed the file, whose digest matches the record',
  name: 'lists the file without a digest, and has the same name and version',
  note: 'is named by the note in the file, with the same name and version',
} as const;

function toSuppressedPackage(
  { name, version, type, purl, foundBy, locations }: InventoryPackage,
  owner: InventoryPackage,
  reason: string,
): SuppressedPackage {
  const paths = [...new Set(locations.map(({ path }) => path))];
  return {
    name,
    version,
    type,
    purl,
    foundBy,
    paths,
    by: owner.key,
    reason: `${owner.name} ${reason}`,
  };
}

function createChangedProblem(
  { path, layer }: Location,
  owner: InventoryPackage | undefined,
): Problem {
  return {
    code: 'P_CHANGED',
    message: `the file differs from the digest in the record of ${owner?.name ?? 'its owner'}: it was changed after the installation, or the record is false`,
    ...(owner === undefined ? {} : { plugin: owner.foundBy }),
    path,
    ...defined({ layer }),
  };
}

/** Returns packages, by key, that were only found in files whose own notes state the same. */
function findNotedPackages(packages: Iterable<InventoryPackage>): Suppressed {
  const all = [...packages];
  const noted = new Map<string, InventoryPackage>();
  for (const pkg of all) {
    for (const place of pkg.namesItsFile === true ? listPrimaryPlaces(pkg) : []) {
      noted.set(place, pkg);
    }
  }
  const suppressed: Suppressed = new Map();
  for (const pkg of noted.size === 0 ? [] : all) {
    if (pkg.yieldsToOwner === true && pkg.namesItsFile !== true) {
      const notes = listPrimaryPlaces(pkg).map((place) => noted.get(place));
      const [first] = notes;
      if (first !== undefined && notes.every((note) => note && isSameProduct(pkg, note))) {
        suppressed.set(pkg.key, toSuppressedPackage(pkg, first, REASONS.note));
      }
    }
  }
  return suppressed;
}

function listPrimaryPlaces({ locations }: InventoryPackage): string[] {
  return locations
    .filter(({ evidence }) => evidence === 'primary')
    .map(({ path, layer }) => toCoordinate(path, layer));
}
