import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { License, OwnedFile, PackageSymbols } from '../../foundation/core/package.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
import { type Guard, guardList, isText } from '../../foundation/syntax/json/guard.ts';
import {
  isChangelogFix,
  isCpe,
  isFile,
  isLicense,
  isLocation,
  isPackageAlternative,
  isPackageDigest,
  isPackageParty,
  isPackageSymbols,
  isUpstream,
} from './inventory-shape.ts';
import { formatPropertyJson, splitIntoParts } from './property-value.ts';

/** Values of the properties of one package, by name without the prefix. */
export interface PropertyValues {
  /** Returns the first value as it is; `undefined` if there is none. */
  getText(name: string): string | undefined;
  /** Returns the values that are JSON of the given shape. */
  readList<T>(name: string, guard: Guard<T>): readonly T[];
}

/** One of our own properties of a package: how it is written and how it is read. */
export interface PackageProperty {
  /** Without the prefix. */
  readonly name: string;
  /** Set if neither matching nor decisions need it: it is left out of reduced documents. */
  readonly isDetail?: true;
  write(pkg: InventoryPackage): readonly string[];
  read(values: PropertyValues): Partial<InventoryPackage>;
}

type Member = keyof InventoryPackage;
type ItemOf<Name extends Member> =
  NonNullable<InventoryPackage[Name]> extends readonly (infer Item)[] ? Item : never;

function toMember(name: Member, value: unknown): Partial<InventoryPackage> {
  return { [name]: value };
}

/** A string as it is; an empty one has a meaning. */
function createText(
  name: 'architecture' | 'foundBy' | 'introducedIn' | 'modularity' | 'rule' | 'type',
): PackageProperty {
  return {
    name,
    write: ({ [name]: value }) => (value === undefined ? [] : [value]),
    read(values) {
      const value = values.getText(name);
      return value === undefined ? {} : toMember(name, value);
    },
  };
}

/** A string that the fields of some notation cannot hold. */
function createHiddenText(name: 'name' | 'version'): PackageProperty {
  return {
    name,
    write: ({ [name]: text }) => (escapeText(text) === text ? [] : [formatPropertyJson(text)]),
    read: (values) => readFirst(name, isText, values),
  };
}

/** A member as JSON. */
function createValue<Name extends 'author' | 'description' | 'homepage' | 'supplier'>(
  name: Name,
  guard: Guard<NonNullable<InventoryPackage[Name]>>,
): PackageProperty {
  return {
    name,
    isDetail: true,
    write: ({ [name]: value }) => (value === undefined ? [] : [formatPropertyJson(value)]),
    read: (values) => readFirst(name, guard, values),
  };
}

function readFirst<T>(
  name: Member,
  guard: Guard<T>,
  values: PropertyValues,
): Partial<InventoryPackage> {
  const [value] = values.readList(name, guard);
  return value === undefined ? {} : toMember(name, value);
}

interface ListProperty<Name extends Member> {
  readonly name: string;
  readonly member: Name;
  readonly guard: Guard<ItemOf<Name>>;
  /** Set if the member is absent instead of empty. */
  readonly isOptional?: true;
  readonly isDetail?: true;
}

/** A list with one property for each item, as JSON. */
function createList<Name extends Member>(property: ListProperty<Name>): PackageProperty {
  const { name, member, guard, isOptional = false, isDetail } = property;
  return {
    name,
    ...(isDetail && { isDetail }),
    write(pkg) {
      const items = (pkg[member] ?? []) as readonly ItemOf<Name>[];
      return items.map(formatPropertyJson);
    },
    read(values) {
      const items = values.readList(name, guard);
      return isOptional && items.length === 0 ? {} : toMember(member, items);
    },
  };
}

const PATHS_OF_ONE_PROPERTY = 200;
const isTexts: Guard<readonly string[]> = guardList(isText);

/** Paths of files, many in one property. */
function createPaths(name: 'otherOwnedFiles' | 'ownedFiles'): PackageProperty {
  return {
    name,
    write: (pkg) =>
      splitIntoParts(pkg[name] ?? [], PATHS_OF_ONE_PROPERTY).map((part) =>
        formatPropertyJson(part.map(({ path }) => path)),
      ),
    read(values) {
      const files = values
        .readList(name, isTexts)
        .flatMap((paths) => paths.map((path): OwnedFile => ({ path })));
      return name === 'otherOwnedFiles' && files.length === 0 ? {} : toMember(name, files);
    },
  };
}

const LANGUAGE: PackageProperty = {
  name: 'language',
  write: ({ language }) => (language === '' ? [] : [language]),
  read: (values) => ({ language: values.getText('language') ?? '' }),
};

const CONFIDENCE: PackageProperty = {
  name: 'confidence',
  write: ({ confidence }) => [String(confidence)],
  read(values) {
    const confidence = Number(values.getText('confidence') || '1');
    return { confidence: confidence >= 0 && confidence <= 1 ? confidence : 1 };
  },
};

/** Locations of licenses are not written. */
const LICENSE: PackageProperty = {
  name: 'license',
  isDetail: true,
  write: ({ licenses }) => licenses.map(({ locations: _, ...rest }) => formatPropertyJson(rest)),
  read: (values) => ({
    licenses: values.readList('license', isWrittenLicense).map((license) => ({
      ...license,
      locations: [],
    })),
  }),
};

const isWrittenLicense: Guard<Omit<License, 'locations'>> = (
  value,
): value is Omit<License, 'locations'> =>
  typeof value === 'object' && isLicense({ ...value, locations: [] });

const SYMBOLS_OF_ONE_PROPERTY = 200;

/** Long lists of one path are written in parts, because readers reject long lines. */
const SYMBOLS: PackageProperty = {
  name: 'symbols',
  write: ({ symbols: all = [] }) =>
    all.flatMap(({ path, symbols }) => {
      const parts = symbols.length === 0 ? [[]] : splitIntoParts(symbols, SYMBOLS_OF_ONE_PROPERTY);
      return parts.map((part) => formatPropertyJson({ path, symbols: part }));
    }),
  read(values) {
    const symbols = joinSymbols(values.readList('symbols', isPackageSymbols));
    return symbols.length === 0 ? {} : { symbols };
  },
};

function joinSymbols(parts: readonly PackageSymbols[]): PackageSymbols[] {
  const byPath = new Map<string, string[]>();
  for (const { path, symbols } of parts) {
    const known = byPath.get(path) ?? [];
    for (const symbol of symbols) {
      known.push(symbol);
    }
    byPath.set(path, known);
  }
  return [...byPath].map(([path, symbols]) => ({ path, symbols }));
}

const FILES_OF_ONE_PROPERTY = 20;

/** An empty list means that no file exists, which differs from an unknown one. */
const INSTALLED_FILES: PackageProperty = {
  name: 'installedFiles',
  write({ installedFiles }) {
    const parts = splitIntoParts(installedFiles ?? [], FILES_OF_ONE_PROPERTY);
    const all = installedFiles?.length === 0 ? [[]] : parts;
    return all.map(formatPropertyJson);
  },
  read(values) {
    const parts = values.readList('installedFiles', guardList(isFile));
    return parts.length === 0 ? {} : { installedFiles: parts.flat() };
  },
};

/**
 * Our own properties of a package in the order in which they are written. Its relationships and its
 * metadata follow, see `own-properties.ts` and `package-metadata.ts`.
 */
export const PACKAGE_PROPERTIES: readonly PackageProperty[] = [
  createHiddenText('name'),
  createHiddenText('version'),
  createText('type'),
  LANGUAGE,
  createText('foundBy'),
  createText('rule'),
  CONFIDENCE,
  createList({
    name: 'alternative',
    member: 'alternatives',
    guard: isPackageAlternative,
    isOptional: true,
  }),
  createText('introducedIn'),
  createText('architecture'),
  createText('modularity'),
  createList({ name: 'cpe', member: 'cpes', guard: isCpe }),
  LICENSE,
  createList({ name: 'upstream', member: 'upstreams', guard: isUpstream }),
  SYMBOLS,
  createList({
    name: 'changelogFix',
    member: 'changelogFixes',
    guard: isChangelogFix,
    isOptional: true,
  }),
  createValue('supplier', isPackageParty),
  createList({
    name: 'digest',
    member: 'digests',
    guard: isPackageDigest,
    isOptional: true,
    isDetail: true,
  }),
  createValue('author', isPackageParty),
  createValue('description', isText),
  createValue('homepage', isText),
  createPaths('ownedFiles'),
  createPaths('otherOwnedFiles'),
  INSTALLED_FILES,
];

/** Written last of a package's own members. */
export const LOCATION_PROPERTY = createList({
  name: 'location',
  member: 'locations',
  guard: isLocation,
});
