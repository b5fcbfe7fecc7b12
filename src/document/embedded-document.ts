import type { DependencyEdge } from '../foundation/core/cataloger.ts';
import { defined } from '../foundation/core/defined.ts';
import type { Inventory, InventoryPackage } from '../foundation/core/inventory.ts';
import type { Limits } from '../foundation/core/limits.ts';
import type { Location, Package } from '../foundation/core/package.ts';
import type { ProblemNote } from '../foundation/core/problem.ts';
import { chooseReader } from './choose-reader.ts';

/** Packages of an SBOM found in a target, as plain data. */
export interface EmbeddedSbom {
  readonly title: string;
  readonly packages: readonly Omit<Package, 'foundBy' | 'rule' | 'locations'>[];
  /** Indexes into the list: the second package needs the first. */
  readonly dependencies: readonly (readonly [from: number, to: number])[];
}

export interface EmbeddedReading {
  /** Absent if the content is not a readable document. */
  readonly sbom?: EmbeddedSbom;
  readonly problems: readonly ProblemNote[];
}

/**
 * Reads an SBOM in a target with the reader that recognizes it. Its files and operating system are
 * omitted, because it may describe another one.
 *
 * @throws UserError of its reader
 */
export function readEmbeddedSbom(
  content: Uint8Array,
  path: string,
  limits: Limits,
): EmbeddedReading {
  const reader = chooseReader(content, limits)?.reader;
  if (reader === undefined) {
    return { problems: [] };
  }
  const description = { kind: 'sbom', userInput: path, name: path, path, origin: 'file' } as const;
  const { inventory } = reader.read(content, { limits, description });
  return {
    sbom: {
      title: reader.title,
      packages: inventory.packages.map(dropIdentity),
      dependencies: readDependencies(inventory),
    },
    problems: inventory.problems.map(({ code, message, line }) => ({
      code,
      message,
      ...defined({ line }),
    })),
  };
}

function dropIdentity({
  key: _key,
  foundBy: _foundBy,
  rule: _rule,
  locations: _locations,
  introducedIn: _introducedIn,
  ...rest
}: InventoryPackage): EmbeddedSbom['packages'][number] {
  return rest;
}

function readDependencies({
  packages,
  relationships,
}: Inventory): readonly (readonly [number, number])[] {
  const places = new Map(packages.map(({ key }, place) => [key, place]));
  return relationships.flatMap((edge) => {
    const from = edge.kind === 'dependency-of' ? places.get(edge.from) : undefined;
    const to = edge.kind === 'dependency-of' ? places.get(edge.to) : undefined;
    return from === undefined || to === undefined ? [] : [[from, to] as const];
  });
}

export interface EmbeddedOrigin {
  readonly foundBy: string;
  readonly rule: string;
  /** Locations of the file that contains the SBOM. */
  readonly locations: readonly Location[];
}

/**
 * Returns the packages of an embedded SBOM with the containing file as evidence, and their
 * dependencies.
 */
export function placeEmbedded(
  sbom: EmbeddedSbom,
  origin: EmbeddedOrigin,
): { readonly packages: readonly Package[]; readonly dependencies: readonly DependencyEdge[] } {
  const packages = sbom.packages.map((found) => ({
    ...found,
    ...origin,
    licenses: found.licenses.map((license) => ({ ...license, locations: origin.locations })),
  }));
  const dependencies = sbom.dependencies.flatMap(([needed, dependent]) => {
    const [from, to] = [packages[needed], packages[dependent]];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  return { packages, dependencies };
}
