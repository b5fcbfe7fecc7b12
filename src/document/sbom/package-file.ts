import { getBaseName } from '../../foundation/core/base-name.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { findPrimaryLocation } from '../../foundation/core/located-finding.ts';
import type { PackageFile } from '../../foundation/core/package.ts';
import type { Property } from './sbom-property.ts';

type FileKind = Omit<PackageFile, 'name'>;

/** Kinds of files that a package can be, by path. */
export type FileKinds = ReadonlyMap<string, FileKind>;

const EXECUTABLE: FileKind = { isExecutable: true, isArchive: false, isStructured: false };
const ARCHIVE: FileKind = { isExecutable: false, isArchive: true, isStructured: true };

/** Archives that keep their contents unchanged; a compressed stream alone does not. */
const ARCHIVE_TYPES: ReadonlySet<string> = new Set([
  'application/java-archive',
  'application/x-rpm',
  'application/x-tar',
  'application/vnd.debian.binary-package',
  'application/zip',
]);

export function detectFileKinds({ files }: Inventory): FileKinds {
  return new Map(
    files.flatMap((file): [string, FileKind][] => {
      const { path, mimeType } = file;
      if (isExecutableFile(file)) {
        return [[path, EXECUTABLE]];
      }
      return ARCHIVE_TYPES.has(mimeType) ? [[path, ARCHIVE]] : [];
    }),
  );
}

/**
 * Returns the file of a package: a program or an archive. `undefined` if only a record exists, as
 * for unpacked packages.
 */
export function findPackageFile(pkg: InventoryPackage, kinds: FileKinds): PackageFile | undefined {
  const path = findPrimaryLocation(pkg)?.path ?? '';
  const kind = kinds.get(path);
  return pkg.file ?? (kind && { name: getBaseName(path), ...kind });
}

/** The same in the terms of the BSI. "bsi" in the taxonomy of properties of CycloneDX. */
export function createFileProperties(pkg: InventoryPackage, kinds: FileKinds): Property[] {
  const file = findPackageFile(pkg, kinds);
  if (file === undefined) {
    return [];
  }
  const { name, isExecutable, isArchive, isStructured } = file;
  return [
    { name: 'bsi:component:filename', value: name },
    { name: 'bsi:component:executable', value: isExecutable ? 'executable' : 'non-executable' },
    { name: 'bsi:component:archive', value: isArchive ? 'archive' : 'no archive' },
    { name: 'bsi:component:structured', value: isStructured ? 'structured' : 'unstructured' },
  ];
}
