import type { Distro } from '../core/distro.ts';
import type { InventoryPackage, WeakProof } from '../core/inventory.ts';

/**
 * The members of a package that matching reads. Everything else about a package, such as its
 * locations and licenses, never changes a match.
 */
export type ComponentPackage = Pick<
  InventoryPackage,
  | 'alternatives'
  | 'architecture'
  | 'cpes'
  | 'key'
  | 'language'
  | 'metadata'
  | 'modularity'
  | 'name'
  | 'otherOwnedFiles'
  | 'ownedFiles'
  | 'purl'
  | 'symbols'
  | 'type'
  | 'upstreams'
  | 'version'
>;

/** The members of a distribution that matching reads. */
export type ComponentDistro = Pick<
  Distro,
  | 'contentSets'
  | 'extendedSupport'
  | 'id'
  | 'idLike'
  | 'name'
  | 'prettyName'
  | 'version'
  | 'versionCodename'
  | 'versionId'
>;

/** The system that packages are installed in. */
export interface ComponentSystem {
  /** Absent if it is unknown. */
  readonly distro?: ComponentDistro;
  /** Whether it is a container image, or an SBOM of one. */
  readonly isContainer: boolean;
}

/** A package whose record lists a file of another one. */
export interface ComponentOwner {
  readonly package: ComponentPackage;
  /** Whether it is looked up itself. */
  readonly isSearched: boolean;
}

/** A package whose record lists a file of another one, without a matching digest. */
export interface WeakOwner {
  readonly package: ComponentPackage;
  readonly proof: WeakProof;
}

/**
 * A package with everything else about its target that decides its matches, besides the system:
 * the same component has the same matches in every target.
 */
export interface Component {
  readonly package: ComponentPackage;
  /** The packages whose record proves that they installed it. */
  readonly owners: readonly ComponentOwner[];
  /** Some of them are owners nevertheless. */
  readonly weakOwners: readonly WeakOwner[];
  /**
   * All packages of the same type, name and version, which share this list; empty if there is no
   * other one.
   */
  readonly namesakes: readonly ComponentPackage[];
}
