import { defined } from '../../core/defined.ts';
import type { Distro } from '../../core/distro.ts';
import {
  type CatalogerRun,
  type InventoryFile,
  type InventoryPackage,
  type Scope,
  WEAK_PROOFS,
} from '../../core/inventory.ts';
import type { Limits } from '../../core/limits.ts';
import type { OwnedFile, PackageMetadata, PackageSymbols } from '../../core/package.ts';
import type { Problem } from '../../core/problem.ts';
import type { TargetDescription } from '../../core/target.ts';
import {
  type Guard,
  guardChoice,
  guardList,
  guardOptional,
  guardRecord,
  isCount,
  isText,
} from '../../syntax/json/guard.ts';
import { isShallow, parseJson } from '../../syntax/json/parse-json.ts';
import { readFileProperties } from './file-property.ts';
import {
  isCatalogerRun,
  isChangelogFix,
  isCpe,
  isDistro,
  isFile,
  isLicense,
  isLocation,
  isPackageAlternative,
  isPackageDigest,
  isPackageParty,
  isPackageSymbols,
  isProblem,
  isScope,
  isUpstream,
} from './inventory-shape.ts';
import { isLabel, isWrittenLayer, ownTarget } from './own-target.ts';
import { createProperties, type Properties } from './property.ts';
import type { OwnedPackage } from './sbom-property.ts';

const PREFIX = 'plimsoll:';
const KEY = 'plimsoll:key';

const isOwnedPackage: Guard<OwnedPackage> = guardRecord<OwnedPackage>({
  key: isText,
  paths: guardList(isText),
  proof: guardOptional(guardChoice(WEAK_PROOFS)),
});

const isTexts: Guard<readonly string[]> = guardList(isText);

/** A sequence of the list of files, with the index of the first. */
interface FilesPart {
  readonly first: number;
  readonly files: readonly InventoryFile[];
}

const isFilesPart: Guard<FilesPart> = guardRecord<FilesPart>({
  first: isCount,
  files: guardList(isFile),
});

/** First and last index of a sequence of files. */
export type FileRange = readonly [number, number];

const isCounts: Guard<readonly number[]> = guardList(isCount);

const isFileRange: Guard<FileRange> = (value): value is FileRange => {
  const [first = 0, last = -1, ...others] = isCounts(value) ? value : [];
  return first <= last && others.length === 0;
};

const isFileRanges: Guard<readonly FileRange[]> = guardList(isFileRange);

const isPairs: Guard<readonly (readonly [string, string])[]> = (
  value,
): value is readonly (readonly [string, string])[] =>
  Array.isArray(value) && value.every((pair) => isTexts(pair) && pair.length === 2);

/** The properties that plimsoll writes for a package. See `docs/formats.md`, "Properties". */
export interface OwnPackage {
  /** Its key at the time of writing. */
  readonly key: string;
  readonly members: Partial<InventoryPackage>;
  readonly ownedPackages: readonly OwnedPackage[];
  /** Indexes into the list of files of the document. */
  readonly containedFiles: readonly FileRange[];
}

/** The properties that plimsoll writes for the whole document. */
export interface OwnInventory {
  readonly scope?: Scope;
  /** Absent if another program wrote the document. */
  readonly target?: TargetDescription;
  readonly layerBytes: readonly number[];
  readonly catalogers: readonly CatalogerRun[];
  readonly problems: readonly Problem[];
  readonly problemsNotListed: number;
  /** By index in the list, ascending; files of a lost part are missing. */
  readonly files: ReadonlyMap<number, InventoryFile>;
}

/**
 * Reads property values that are JSON, in total at most `documentValuesMax` per document: further
 * ones are ignored.
 */
export class OwnProperties {
  readonly #limits: Limits;
  #valuesLeft: number;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#valuesLeft = limits.documentValuesMax;
  }

  /** Returns `undefined` if another program wrote it. */
  readPackage(properties: Properties): OwnPackage | undefined {
    const key = properties.getText(KEY);
    if (key === undefined) {
      return undefined;
    }
    const readList = <T>(name: string, guard: Guard<T>): readonly T[] =>
      this.#readList(properties, name, guard);
    const ownedFiles = readOwnedFiles(readList('ownedFiles', isTexts));
    const otherOwnedFiles = readOwnedFiles(readList('otherOwnedFiles', isTexts));
    const metadata = withFiles(
      this.#readMetadata(properties),
      ownedFiles,
      properties.getText(`${PREFIX}metadataFilesBelow`, true),
    );
    const symbols = joinSymbols(readList('symbols', isPackageSymbols));
    const changelogFixes = readList('changelogFix', isChangelogFix);
    const [supplier] = readList('supplier', isPackageParty);
    const digests = readList('digest', isPackageDigest);
    const alternatives = readList('alternative', isPackageAlternative);
    const [author] = readList('author', isPackageParty);
    const [description] = readList('description', isText);
    const [homepage] = readList('homepage', isText);
    const confidence = Number(properties.getText(`${PREFIX}confidence`) ?? '1');
    const members: Partial<InventoryPackage> = {
      ...readTextMembers(properties),
      ...this.#readHiddenTexts(properties),
      confidence: confidence >= 0 && confidence <= 1 ? confidence : 1,
      ...(alternatives.length === 0 ? {} : { alternatives }),
      cpes: readList('cpe', isCpe),
      upstreams: readList('upstream', isUpstream),
      locations: readList('location', isLocation),
      licenses: this.#readLicenses(properties),
      ownedFiles,
      ...(otherOwnedFiles.length === 0 ? {} : { otherOwnedFiles }),
      ...(symbols.length === 0 ? {} : { symbols }),
      ...(changelogFixes.length === 0 ? {} : { changelogFixes }),
      ...defined({ metadata, supplier }),
      ...(digests.length === 0 ? {} : { digests }),
      ...defined({ author, description, homepage }),
      ...readFileProperties(properties),
    };
    return {
      key,
      members,
      ownedPackages: readList('ownsPackage', isOwnedPackage),
      containedFiles: readList('containsFiles', isFileRanges).flat(),
    };
  }

  /** Parses a list of name and value pairs; empty if it is malformed. */
  parseProperties(text: string): Properties {
    const pairs = this.#parse(text);
    return createProperties(isPairs(pairs) ? pairs : []);
  }

  readDistro(properties: Properties): Distro | undefined {
    return this.#readList(properties, 'distro', isDistro)[0];
  }

  /** @param name name of the target in the document */
  readInventory(properties: Properties, name: string): OwnInventory {
    const scope = properties.getText(`${PREFIX}scope`);
    const layers = this.#readList(properties, 'target:layer', isWrittenLayer);
    const target = ownTarget(properties, name, {
      layers: layers.map(({ contentBytes: _, ...layer }) => layer),
      labels: this.#readList(properties, 'target:label', isLabel),
    });
    const notListed = Number(properties.getText(`${PREFIX}problemsNotListed`) ?? '0');
    return {
      ...(isScope(scope) ? { scope } : {}),
      ...defined({ target }),
      layerBytes: layers.map(({ contentBytes }) => contentBytes),
      catalogers: this.#readList(properties, 'cataloger', isCatalogerRun),
      problems: this.#readList(properties, 'problem', isProblem),
      problemsNotListed: Number.isSafeInteger(notListed) && notListed > 0 ? notListed : 0,
      files: readFiles(this.#readList(properties, 'files', isFilesPart)),
    };
  }

  #readList<T>(properties: Properties, name: string, guard: Guard<T>): readonly T[] {
    return properties.getAll(PREFIX + name).flatMap((text): T[] => {
      const value = this.#parse(text);
      return guard(value) ? [value] : [];
    });
  }

  /** Locations of licenses are not written. */
  #readLicenses(properties: Properties): InventoryPackage['licenses'] {
    return properties.getAll(`${PREFIX}license`).flatMap((text) => {
      const value = this.#parse(text);
      const license = typeof value === 'object' ? { ...value, locations: [] } : value;
      return isLicense(license) ? [license] : [];
    });
  }

  #readMetadata(properties: Properties): PackageMetadata | undefined {
    const kind = properties.getText(`${PREFIX}metadataKind`);
    if (kind === undefined) {
      return undefined;
    }
    const names = Object.keys(properties.getTexts(`${PREFIX}metadata:`));
    const members = names.flatMap((name): [string, unknown][] => {
      const parts = properties.getAll(`${PREFIX}metadata:${name}`).map((text) => this.#parse(text));
      const [first] = parts;
      // A long list is written in parts.
      const value = parts.every(Array.isArray) ? parts.flat() : first;
      return value === undefined ? [] : [[name, value]];
    });
    return { kind, value: Object.fromEntries(members) };
  }

  /** Strings that fields of some notations cannot hold. */
  #readHiddenTexts(properties: Properties): Partial<InventoryPackage> {
    const [name] = this.#readList(properties, 'name', isText);
    const [version] = this.#readList(properties, 'version', isText);
    return {
      ...defined({ name, version }),
    };
  }

  #parse(text: string): unknown {
    this.#valuesLeft -= 1 + countSeparators(text);
    const value = this.#valuesLeft < 0 ? undefined : parseJson(text);
    return isShallow(value, this.#limits.documentDepthMax) ? value : undefined;
  }
}

function readOwnedFiles(parts: readonly (readonly string[])[]): OwnedFile[] {
  return parts.flatMap((paths) => paths.map((path) => ({ path })));
}

/** The files of the metadata are written as those of the package, without their prefix. */
function withFiles(
  metadata: PackageMetadata | undefined,
  ownedFiles: readonly OwnedFile[],
  root: string | undefined,
): PackageMetadata | undefined {
  if (metadata === undefined || root === undefined) {
    return metadata;
  }
  const files = ownedFiles.map(({ path }) => ({
    path: path.startsWith(root) ? path.slice(root.length) : path,
  }));
  return { kind: metadata.kind, value: { ...metadata.value, files } };
}

function readTextMembers(properties: Properties): Partial<InventoryPackage> {
  const names = ['type', 'foundBy', 'rule', 'introducedIn', 'architecture', 'modularity'] as const;
  const found = names.flatMap((name): [string, string][] => {
    const value = properties.getText(PREFIX + name, true);
    return value === undefined ? [] : [[name, value]];
  });
  const language = properties.getText(`${PREFIX}language`) ?? '';
  return { ...Object.fromEntries(found), language };
}

function readFiles(parts: readonly FilesPart[]): ReadonlyMap<number, InventoryFile> {
  const inOrder = parts.toSorted((left, right) => left.first - right.first);
  const files = new Map<number, InventoryFile>();
  for (const part of inOrder) {
    for (const [index, file] of part.files.entries()) {
      files.set(part.first + index, file);
    }
  }
  return files;
}

/** Long lists of one path are written in parts. */
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

/** At least the number of values in a JSON text after the first. */
function countSeparators(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === ',' || character === '[' || character === '{') {
      count++;
    }
  }
  return count;
}
