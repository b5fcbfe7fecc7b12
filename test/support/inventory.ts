import type { Distro } from '../../src/foundation/core/distro.ts';
import type {
  Inventory,
  InventoryPackage,
  Relationship,
} from '../../src/foundation/core/inventory.ts';
import type { Cpe } from '../../src/foundation/core/package.ts';
import type { TargetDescription } from '../../src/foundation/core/target.ts';

/** A package with only the members that a test is about. */
export type PackageSeed = Partial<Omit<InventoryPackage, 'cpes'>> & {
  readonly name: string;
  readonly type: string;
  readonly cpes?: readonly string[];
  /** By default `generated`. */
  readonly cpeSource?: Cpe['source'];
};

export function createPackage({ cpeSource, ...seed }: PackageSeed): InventoryPackage {
  return {
    key: `key-of-${seed.name}-${seed.type}`,
    version: '1.0',
    language: '',
    purl: '',
    foundBy: 'test',
    rule: '',
    confidence: 1,
    locations: [],
    licenses: [],
    upstreams: [],
    ownedFiles: [],
    ...seed,
    cpes: (seed.cpes ?? []).map((cpe) => ({ cpe, source: cpeSource ?? 'generated' })),
  };
}

export interface InventorySeed {
  readonly distro?: Partial<Distro> & { readonly id: string };
  readonly packages: readonly PackageSeed[];
  readonly relationships?: readonly Relationship[];
  readonly target?: TargetDescription;
}

const DIRECTORY: TargetDescription = {
  kind: 'directory',
  userInput: 'root',
  name: 'root',
  path: 'root',
};

export function createInventory({
  distro,
  packages,
  relationships = [],
  target = DIRECTORY,
}: InventorySeed): Inventory {
  return {
    target,
    layerBytes: [],
    distro: distro === undefined ? undefined : { idLike: [], ...distro },
    packages: packages.map(createPackage),
    files: [],
    relationships,
    problems: [],
    problemsNotListed: 0,
    catalogers: [],
    scope: 'squashed',
  };
}
