import { defined } from '../../foundation/core/defined.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { FileSummary } from '../../foundation/core/file-summary.ts';
import {
  type CatalogerRun,
  type InventoryFile,
  type InventoryPackage,
  type Scope,
  WEAK_PROOFS,
} from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { OwnedFile, PackageMetadata } from '../../foundation/core/package.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import {
  type Guard,
  guardChoice,
  guardList,
  guardOptional,
  guardRecord,
  isCount,
  isText,
} from '../../foundation/syntax/json/guard.ts';
import { isShallow, parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { readFileProperties } from './file-property.ts';
import {
  isCatalogerRun,
  isDistro,
  isFile,
  isFileSummary,
  isProblem,
  isScope,
} from './inventory-shape.ts';
import { isLabel, isWrittenLayer, ownTarget } from './own-target.ts';
import {
  METADATA_FILES_BELOW,
  METADATA_KIND,
  METADATA_MEMBER,
  restoreMetadataFiles,
} from './package-metadata.ts';
import { LOCATION_PROPERTY, PACKAGE_PROPERTIES, type PropertyValues } from './package-property.ts';
import { createProperties, type Properties } from './property.ts';
import { MISSING_VALUES, type OwnedPackage } from './sbom-property.ts';

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
  /** Whether only what matching needs was written, so that fields of the format hold the rest. */
  readonly isReduced: boolean;
  /** Whether the document states that values without a field are unknown. */
  readonly declaresUnknowns?: true;
  readonly fileSummary?: FileSummary;
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
    const values: PropertyValues = {
      getText: (name) => properties.getText(PREFIX + name, true),
      readList,
    };
    const members: Partial<InventoryPackage> = Object.assign(
      {},
      ...[...PACKAGE_PROPERTIES, LOCATION_PROPERTY].map(({ read }) => read(values)),
      readFileProperties(properties),
    );
    const metadata = this.#readMetadata(properties, members.ownedFiles ?? []);
    return {
      key,
      members: { ...members, ...defined({ metadata }) },
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
    const [fileSummary] = this.#readList(properties, 'fileSummary', isFileSummary);
    const notListed = Number(properties.getText(`${PREFIX}problemsNotListed`) ?? '0');
    return {
      ...(isScope(scope) ? { scope } : {}),
      isReduced: properties.getText(`${PREFIX}detail`) === 'reduced',
      ...(properties.getText(`${PREFIX}missingValues`) === MISSING_VALUES
        ? { declaresUnknowns: true }
        : {}),
      ...defined({ target, fileSummary }),
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

  #readMetadata(
    properties: Properties,
    ownedFiles: readonly OwnedFile[],
  ): PackageMetadata | undefined {
    const kind = properties.getText(PREFIX + METADATA_KIND);
    if (kind === undefined) {
      return undefined;
    }
    const prefix = PREFIX + METADATA_MEMBER;
    const names = Object.keys(properties.getTexts(prefix));
    const members = names.flatMap((name): [string, unknown][] => {
      const parts = properties.getAll(prefix + name).map((text) => this.#parse(text));
      const [first] = parts;
      // A long list is written in parts.
      const value = parts.every(Array.isArray) ? parts.flat() : first;
      return value === undefined ? [] : [[name, value]];
    });
    const metadata = { kind, value: Object.fromEntries(members) };
    const root = properties.getText(PREFIX + METADATA_FILES_BELOW, true);
    return root === undefined ? metadata : restoreMetadataFiles(metadata, ownedFiles, root);
  }

  #parse(text: string): unknown {
    this.#valuesLeft -= 1 + countSeparators(text);
    const value = this.#valuesLeft < 0 ? undefined : parseJson(text);
    return isShallow(value, this.#limits.documentDepthMax) ? value : undefined;
  }
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
