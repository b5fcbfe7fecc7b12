import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { OwnedFile, PackageMetadata } from '../../foundation/core/package.ts';
import { METADATA_OF_MATCHING } from './matched-metadata.data.ts';
import { formatPropertyJson, splitIntoParts } from './property-value.ts';

// Ecosystem data of a package as properties: `metadataKind`, one `metadata:NAME` for each member,
// and `metadataFilesBelow` for the list of files, which is written once, as paths of the package.

export const METADATA_KIND = 'metadataKind';
export const METADATA_FILES_BELOW = 'metadataFilesBelow';
/** The name of a member follows. */
export const METADATA_MEMBER = 'metadata:';

const FILES = 'files';
const ENTRIES_OF_ONE_PROPERTY = 200;

/** @param isReduced if true, only members that matching needs are written */
export function listMetadataMembers(
  { metadata }: InventoryPackage,
  isReduced: boolean,
): (readonly [string, string])[] {
  return Object.entries(metadata?.value ?? {})
    .filter(([name, value]) => name !== FILES && value !== undefined)
    .filter(([name]) => !isReduced || METADATA_OF_MATCHING.has(name))
    .flatMap(([name, value]) => splitValue(METADATA_MEMBER + name, value));
}

/** Splits a long list into several properties of one name, each a list, to keep lines short. */
function splitValue(name: string, value: unknown): (readonly [string, string])[] {
  const parts =
    Array.isArray(value) && value.length > ENTRIES_OF_ONE_PROPERTY
      ? splitIntoParts(value, ENTRIES_OF_ONE_PROPERTY)
      : [value];
  return parts.map((part) => [name, formatPropertyJson(part)]);
}

/**
 * Returns the directory of the metadata's files if these are the package's files in the same order;
 * otherwise `undefined`.
 */
export function findMetadataFilesRoot({
  metadata,
  ownedFiles,
}: InventoryPackage): string | undefined {
  const files = metadata?.value[FILES];
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

/** Reverses {@link findMetadataFilesRoot}. */
export function restoreMetadataFiles(
  metadata: PackageMetadata,
  ownedFiles: readonly OwnedFile[],
  root: string,
): PackageMetadata {
  const files = ownedFiles.map(({ path }) => ({
    path: path.startsWith(root) ? path.slice(root.length) : path,
  }));
  return { kind: metadata.kind, value: { ...metadata.value, [FILES]: files } };
}
