import { defined } from '../../foundation/core/defined.ts';
import type { Inventory, InventoryPackage, WeakProof } from '../../foundation/core/inventory.ts';
import type { ImageDescription, TargetDescription } from '../../foundation/core/target.ts';
import {
  findMetadataFilesRoot,
  listMetadataMembers,
  METADATA_FILES_BELOW,
  METADATA_KIND,
} from './package-metadata.ts';
import { LOCATION_PROPERTY, PACKAGE_PROPERTIES } from './package-property.ts';
import { formatPropertyJson, splitIntoParts } from './property-value.ts';

/** A fact that a format has no field for. `docs/formats.md` declares the names. */
export interface Property {
  readonly name: string;
  readonly value: string;
}

/** A package inside of another one's files. */
export interface OwnedPackage {
  readonly key: string;
  readonly paths: readonly string[];
  readonly proof?: WeakProof;
}

/** Owned packages and contained files by the key of the owner. */
export type Possessions = ReadonlyMap<string, Possession>;

interface Possession {
  readonly packages: OwnedPackage[];
  /** Indexes into the list of files, ascending. */
  readonly files: number[];
}

export function collectPossessions({ files, relationships }: Inventory): Possessions {
  const places = new Map(files.map(({ path, layer }, place) => [toFileId(path, layer), place]));
  const all = new Map<string, Possession>();
  const getPossession = (key: string): Possession => {
    const known = all.get(key) ?? { packages: [], files: [] };
    all.set(key, known);
    return known;
  };
  for (const edge of relationships) {
    if (edge.kind === 'owns-package') {
      const { from, to: key, paths, proof } = edge;
      getPossession(from).packages.push({ key, paths, ...defined({ proof }) });
    } else if (edge.kind === 'contains-file') {
      const place = places.get(toFileId(edge.path, edge.layer));
      if (place !== undefined) {
        getPossession(edge.from).files.push(place);
      }
    }
  }
  for (const { files: found } of all.values()) {
    found.sort((left, right) => left - right);
  }
  return all;
}

function toFileId(path: string, layer: string | undefined): string {
  return `${layer ?? ''} ${path}`;
}

/** Returns the first and last index of each run. */
function placeRanges(places: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const place of places) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === place - 1) {
      last[1] = place;
    } else {
      ranges.push([place, place]);
    }
  }
  return ranges;
}

/** How much of an inventory is written: everything, or only what matching and decisions need. */
export type PropertyDetail = 'full' | 'reduced';

/** Returns the data of a package that has no field in the format. */
export function createPackageProperties(
  pkg: InventoryPackage,
  all: Possessions,
  detail: PropertyDetail = 'full',
): Property[] {
  const isReduced = detail === 'reduced';
  const { packages = [], files = [] } = all.get(pkg.key) ?? {};
  return createProperties([
    ['key', pkg.key],
    ...PACKAGE_PROPERTIES.filter(({ isDetail }) => !isReduced || isDetail !== true).flatMap(
      ({ name, write }) => write(pkg).map((value) => [name, value] as const),
    ),
    [METADATA_FILES_BELOW, isReduced ? undefined : findMetadataFilesRoot(pkg)],
    ['containsFiles', files.length === 0 ? undefined : formatPropertyJson(placeRanges(files))],
    ...packages.map((each) => ['ownsPackage', formatPropertyJson(each)] as const),
    ...LOCATION_PROPERTY.write(pkg).map((value) => [LOCATION_PROPERTY.name, value] as const),
    [METADATA_KIND, pkg.metadata?.kind],
    ...listMetadataMembers(pkg, isReduced),
  ]);
}

/** States that values without a field are unknown. CISA, minimum elements, "Known Unknowns". */
export const MISSING_VALUES = 'unknown';

/** Describes the target and how it was scanned. */
export function createTargetProperties(
  inventory: Inventory,
  detail: PropertyDetail = 'full',
): Property[] {
  const { fileSummary, target } = inventory;
  return createProperties([
    ['target:kind', target.kind],
    ['target:userInput', target.userInput],
    ['target:version', target.version],
    ['target:supplier', target.supplier],
    ...(target.kind === 'image' ? [] : ([['target:path', target.path]] as const)),
    ...toImageMembers(inventory, target, detail),
    ['scope', inventory.scope],
    ['missingValues', MISSING_VALUES],
    ...inventory.catalogers.map((each) => ['cataloger', formatPropertyJson(each)] as const),
    ...inventory.problems.map((problem) => ['problem', formatPropertyJson(problem)] as const),
    [
      'problemsNotListed',
      inventory.problemsNotListed > 0 ? String(inventory.problemsNotListed) : undefined,
    ],
    ['detail', detail === 'reduced' ? detail : undefined],
    ['fileSummary', fileSummary && formatPropertyJson(fileSummary)],
    ...splitFiles(inventory.files),
  ]);
}

const FILES_OF_ONE_PROPERTY = 20;

/** Each part states the index of its first file, so that a lost part does not shift others. */
function splitFiles(files: Inventory['files']): (readonly [string, string])[] {
  return splitIntoParts(files, FILES_OF_ONE_PROPERTY).map((part, number) => [
    'files',
    formatPropertyJson({ first: number * FILES_OF_ONE_PROPERTY, files: part }),
  ]);
}

function toImageMembers(
  { layerBytes }: Inventory,
  target: TargetDescription,
  detail: PropertyDetail,
): readonly (readonly [string, string | undefined])[] {
  if (target.kind !== 'image') {
    return [];
  }
  return [
    ['target:manifestDigest', target.manifestDigest],
    ['target:imageId', target.imageId],
    ['target:mediaType', target.mediaType],
    ['target:architecture', target.architecture],
    ['target:variant', target.variant],
    ['target:os', target.os],
    ...(detail === 'reduced' ? [] : createImageDocuments(target)),
    ...target.tags.map((tag) => ['target:tag', tag] as const),
    ...target.repoDigests.map((digest) => ['target:repoDigest', digest] as const),
    ...target.layers.map(
      (layer, number) =>
        [
          'target:layer',
          formatPropertyJson({ ...layer, contentBytes: layerBytes[number] ?? 0 }),
        ] as const,
    ),
    ...Object.entries(target.labels).map(
      ([name, value]) => ['target:label', formatPropertyJson({ name, value })] as const,
    ),
  ];
}

function createImageDocuments({
  manifest,
  config,
}: ImageDescription): readonly (readonly [string, string])[] {
  return [
    ['target:manifest', Buffer.from(manifest).toString('base64')],
    ['target:config', Buffer.from(config).toString('base64')],
  ];
}

export function createDistroProperties({ distro }: Inventory): Property[] {
  return distro === undefined ? [] : createProperties([['distro', formatPropertyJson(distro)]]);
}

/**
 * Creates our own properties by their names without the prefix; those without a value are omitted.
 */
export function createProperties(
  pairs: readonly (readonly [string, string | undefined])[],
): Property[] {
  return pairs.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `plimsoll:${name}`, value }],
  );
}

/** Formats properties as one JSON list of name and value pairs, one per line. */
export function formatPropertyPairs(properties: readonly Property[]): string {
  const pairs = properties.map(({ name, value }) => formatPropertyJson([name, value]));
  return `[\n${pairs.join(',\n')}\n]`;
}
