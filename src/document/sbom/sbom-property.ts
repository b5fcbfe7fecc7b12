import { defined } from '../../core/defined.ts';
import type { Inventory, InventoryPackage, WeakProof } from '../../core/inventory.ts';
import { formatJson } from '../../core/json-document.ts';
import type { PackageSymbols } from '../../core/package.ts';
import { escapeText } from '../../core/screen-text.ts';
import type { TargetDescription } from '../../core/target.ts';

/**
 * Serializes as printable ASCII only, so that no notation has to escape a character in it, which
 * would break the JSON.
 */
function formatPropertyJson(value: unknown): string {
  return formatJson(value).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

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

/** Lists of files are written once, as paths. */
const LEFT_OUT: ReadonlySet<string> = new Set(['files']);

/** Returns the data of a package that matching needs and that has no field in the format. */
export function createPackageProperties(pkg: InventoryPackage, all: Possessions): Property[] {
  const { architecture, modularity, introducedIn, metadata } = pkg;
  const { packages = [], files = [] } = all.get(pkg.key) ?? {};
  return createProperties([
    ['key', pkg.key],
    ['name', findHiddenText(pkg.name)],
    ['version', findHiddenText(pkg.version)],
    ['type', pkg.type],
    ['language', pkg.language === '' ? undefined : pkg.language],
    ['foundBy', pkg.foundBy],
    ['rule', pkg.rule],
    ['confidence', String(pkg.confidence)],
    ...(pkg.alternatives ?? []).map((each) => ['alternative', formatPropertyJson(each)] as const),
    ['introducedIn', introducedIn],
    ['architecture', architecture],
    ['modularity', modularity],
    ...pkg.cpes.map((cpe) => ['cpe', formatPropertyJson(cpe)] as const),
    ...pkg.licenses.map(
      ({ locations: _, ...license }) => ['license', formatPropertyJson(license)] as const,
    ),
    ...pkg.upstreams.map((upstream) => ['upstream', formatPropertyJson(upstream)] as const),
    ...(pkg.symbols ?? []).flatMap(splitSymbolParts),
    ...(pkg.changelogFixes ?? []).map((fix) => ['changelogFix', formatPropertyJson(fix)] as const),
    ['supplier', pkg.supplier && formatPropertyJson(pkg.supplier)],
    ...(pkg.digests ?? []).map((digest) => ['digest', formatJson(digest)] as const),
    ['author', pkg.author && formatPropertyJson(pkg.author)],
    ['description', omitHidden(pkg.description)],
    ['homepage', omitHidden(pkg.homepage)],
    ...splitPaths('ownedFiles', pkg.ownedFiles),
    ...splitPaths('otherOwnedFiles', pkg.otherOwnedFiles ?? []),
    ['metadataFilesBelow', rootOfMetadataFiles(pkg)],
    ['containsFiles', files.length === 0 ? undefined : formatPropertyJson(placeRanges(files))],
    ...packages.map((each) => ['ownsPackage', formatPropertyJson(each)] as const),
    ...pkg.locations.map((location) => ['location', formatPropertyJson(location)] as const),
    ['metadataKind', metadata?.kind],
    ...Object.entries(metadata?.value ?? {})
      .filter(([name, value]) => !LEFT_OUT.has(name) && value !== undefined)
      .flatMap(([name, value]) => splitValue(`metadata:${name}`, value)),
  ]);
}

const ENTRIES_OF_ONE_PROPERTY = 200;

/** Splits a long list into several properties of one name, each a list, to keep lines short. */
function splitValue(name: string, value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value) || value.length <= ENTRIES_OF_ONE_PROPERTY) {
    return [[name, formatPropertyJson(value)]];
  }
  return splitIntoParts(value, ENTRIES_OF_ONE_PROPERTY).map((part) => [
    name,
    formatPropertyJson(part),
  ]);
}

function splitIntoParts<Item>(list: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, number) =>
    list.slice(number * size, (number + 1) * size),
  );
}

const SYMBOLS_OF_ONE_PROPERTY = 200;

/** Splits by path, because readers reject long lines. */
function splitSymbolParts({ path, symbols }: PackageSymbols): (readonly [string, string])[] {
  const parts = symbols.length === 0 ? [[]] : splitIntoParts(symbols, SYMBOLS_OF_ONE_PROPERTY);
  return parts.map((part) => ['symbols', formatPropertyJson({ path, symbols: part })]);
}

/** Returns a string that the fields of some notation cannot hold; `undefined` if all can. */
function findHiddenText(text: string): string | undefined {
  return escapeText(text) === text ? undefined : formatPropertyJson(text);
}

function omitHidden(text: string | undefined): string | undefined {
  return text === undefined ? undefined : formatPropertyJson(text);
}

const PATHS_OF_ONE_PROPERTY = 200;

function splitPaths(
  name: string,
  files: InventoryPackage['ownedFiles'],
): (readonly [string, string])[] {
  return splitIntoParts(files, PATHS_OF_ONE_PROPERTY).map((part) => [
    name,
    formatPropertyJson(part.map(({ path }) => path)),
  ]);
}

/**
 * Returns the directory of the metadata's files if these are the package's files in the same order;
 * otherwise `undefined`.
 */
function rootOfMetadataFiles({ metadata, ownedFiles }: InventoryPackage): string | undefined {
  const files = metadata?.value['files'];
  if (!Array.isArray(files) || files.length === 0 || files.length !== ownedFiles.length) {
    return undefined;
  }
  const paths = files.map((file: unknown) =>
    typeof file === 'object' && file !== null && 'path' in file ? String(file.path) : '',
  );
  const [first = ''] = paths;
  const root = ownedFiles[0]?.path.slice(0, -first.length) ?? '';
  return paths.every((path, index) => ownedFiles[index]?.path === root + path) ? root : undefined;
}

/** Describes the target and how it was scanned. */
export function createTargetProperties(inventory: Inventory): Property[] {
  const { target } = inventory;
  return createProperties([
    ['target:kind', target.kind],
    ['target:userInput', target.userInput],
    ['target:version', target.version],
    ['target:supplier', target.supplier],
    ...(target.kind === 'image' ? [] : ([['target:path', target.path]] as const)),
    ...toImageMembers(inventory, target),
    ['scope', inventory.scope],
    ...inventory.catalogers.map((each) => ['cataloger', formatPropertyJson(each)] as const),
    ...inventory.problems.map((problem) => ['problem', formatPropertyJson(problem)] as const),
    [
      'problemsNotListed',
      inventory.problemsNotListed > 0 ? String(inventory.problemsNotListed) : undefined,
    ],
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
    ['target:manifest', Buffer.from(target.manifest).toString('base64')],
    ['target:config', Buffer.from(target.config).toString('base64')],
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
