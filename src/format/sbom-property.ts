import type { Inventory, InventoryPackage } from '../core/inventory.ts';
import { jsonText } from '../core/json-document.ts';
import type { PackageSymbols } from '../core/package.ts';
import type { TargetDescription } from '../core/target.ts';

/** A fact that a format has no field for. `docs/formats.md` declares the names. */
export interface Property {
  readonly name: string;
  readonly value: string;
}

/** What packages own, by the key of the owner. */
export type OwnedPackages = ReadonlyMap<string, readonly OwnedPackage[]>;

interface OwnedPackage {
  readonly key: string;
  readonly paths: readonly string[];
}

export function ownedPackages({ relationships }: Inventory): OwnedPackages {
  const owned = new Map<string, OwnedPackage[]>();
  for (const edge of relationships) {
    if (edge.kind === 'owns-package') {
      const known = owned.get(edge.from) ?? [];
      known.push({ key: edge.to, paths: edge.paths });
      owned.set(edge.from, known);
    }
  }
  return owned;
}

/** Lists of files can be longer than all else of a document, and matching needs none of them. */
const LEFT_OUT: ReadonlySet<string> = new Set(['files']);

/** All of a package that matching needs and that no field of the format tells. */
export function packageProperties(pkg: InventoryPackage, owned: OwnedPackages): Property[] {
  const { architecture, modularity, introducedIn, metadata } = pkg;
  return named('plimsoll', [
    ['key', pkg.key],
    ['type', pkg.type],
    ['language', pkg.language === '' ? undefined : pkg.language],
    ['foundBy', pkg.foundBy],
    ['rule', pkg.rule],
    ['confidence', String(pkg.confidence)],
    ['introducedIn', introducedIn],
    ['architecture', architecture],
    ['modularity', modularity],
    ...pkg.cpes.map((cpe) => ['cpe', jsonText(cpe)] as const),
    ...pkg.licenses.map(({ locations: _, ...license }) => ['license', jsonText(license)] as const),
    ...pkg.upstreams.map((upstream) => ['upstream', jsonText(upstream)] as const),
    ...(pkg.symbols ?? []).flatMap(symbolParts),
    ...(owned.get(pkg.key) ?? []).map((each) => ['ownsPackage', jsonText(each)] as const),
    ...pkg.locations.map((location) => ['location', jsonText(location)] as const),
    ['metadataKind', metadata?.kind],
    ...Object.entries(metadata?.value ?? {})
      .filter(([name, value]) => !LEFT_OUT.has(name) && value !== undefined)
      .map(([name, value]) => [`metadata:${name}`, jsonText(value)] as const),
  ]);
}

const SYMBOLS_OF_ONE_PROPERTY = 200;

/** Readers give up on long lines; what has the same path belongs together. */
function symbolParts({ path, symbols }: PackageSymbols): (readonly [string, string])[] {
  const count = Math.max(1, Math.ceil(symbols.length / SYMBOLS_OF_ONE_PROPERTY));
  return Array.from({ length: count }, (_, number) => {
    const start = number * SYMBOLS_OF_ONE_PROPERTY;
    const part = symbols.slice(start, start + SYMBOLS_OF_ONE_PROPERTY);
    return ['symbols', jsonText({ path, symbols: part })];
  });
}

/** What was looked at, and how. */
export function targetProperties(inventory: Inventory): Property[] {
  const { target } = inventory;
  return named('plimsoll', [
    ['target:kind', target.kind],
    ['target:userInput', target.userInput],
    ...(target.kind === 'image' ? [] : ([['target:path', target.path]] as const)),
    ...imageMembers(inventory, target),
    ['scope', inventory.scope],
    ...inventory.catalogers.map((each) => ['cataloger', jsonText(each)] as const),
    ...inventory.problems.map((problem) => ['problem', jsonText(problem)] as const),
    [
      'problemsNotListed',
      inventory.problemsNotListed > 0 ? String(inventory.problemsNotListed) : undefined,
    ],
  ]);
}

function imageMembers(
  { layerBytes }: Inventory,
  target: TargetDescription,
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
    ...target.tags.map((tag) => ['target:tag', tag] as const),
    ...target.repoDigests.map((digest) => ['target:repoDigest', digest] as const),
    ...target.layers.map(
      (layer, number) =>
        ['target:layer', jsonText({ ...layer, contentBytes: layerBytes[number] ?? 0 })] as const,
    ),
    ...Object.entries(target.labels).map(
      ([name, value]) => ['target:label', jsonText({ name, value })] as const,
    ),
  ];
}

export function distroProperties({ distro }: Inventory): Property[] {
  return distro === undefined ? [] : named('plimsoll', [['distro', jsonText(distro)]]);
}

function named(
  prefix: string,
  pairs: readonly (readonly [string, string | undefined])[],
): Property[] {
  return pairs.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `${prefix}:${name}`, value }],
  );
}
