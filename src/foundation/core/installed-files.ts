import { addToList } from './add-to-list.ts';
import { getBaseName } from './base-name.ts';
import { hasExecuteBit, isExecutableFile } from './executable-file.ts';
import type { Inventory, InventoryFile, InventoryPackage } from './inventory.ts';

interface FileIndex {
  readonly byPath: ReadonlyMap<string, InventoryFile>;
  /** Paths of existing files that the record of a package names, also through links, by its key. */
  readonly contained: ReadonlyMap<string, readonly string[]>;
}

const INDEXES = new WeakMap<Inventory, FileIndex>();

/** Indexes the files of an inventory; created once per inventory. */
function indexFiles(inventory: Inventory): FileIndex {
  const known = INDEXES.get(inventory);
  if (known !== undefined) {
    return known;
  }
  const contained = new Map<string, string[]>();
  for (const edge of inventory.relationships) {
    if (edge.kind === 'contains-file') {
      addToList(contained, edge.from, edge.path);
    }
  }
  const byPath = new Map(inventory.files.map((file) => [file.path, file]));
  const index = { byPath, contained };
  INDEXES.set(inventory, index);
  return index;
}

/** Returns the files and directories in the record of a package that still exist. */
export function findRecordedFiles(
  { key, installedFiles, ownedFiles, otherOwnedFiles = [] }: InventoryPackage,
  inventory: Inventory,
): readonly InventoryFile[] {
  if (installedFiles !== undefined) {
    return installedFiles;
  }
  const { byPath, contained } = indexFiles(inventory);
  const recorded = [...ownedFiles, ...otherOwnedFiles].flatMap(({ path }) => listAliases(path));
  const paths = new Set([...recorded, ...(contained.get(key) ?? [])]);
  return [...paths].flatMap((path) => byPath.get(path) ?? []);
}

/** Returns the files of a package that still exist, without directories. */
export function listInstalledFiles(
  item: InventoryPackage,
  inventory: Inventory,
): readonly InventoryFile[] {
  return findRecordedFiles(item, inventory).filter(({ type }) => type !== 'directory');
}

/**
 * A record may name a path through a former directory that is a link now: `/lib` for `/usr/lib`.
 */
export function listAliases(path: string): readonly string[] {
  return [path, `/usr${path}`];
}

/** Returns one line per file that identifies its content, for evidence. */
export function formatFileLine({ path, mode, sizeBytes, sha256 = '' }: InventoryFile): string {
  return `${path} ${mode.toString(8)} ${sizeBytes} ${sha256}`;
}

/** By its format, or by its mode: then it is a script. */
export function isExecutable(file: InventoryFile): boolean {
  const isContent = file.type === 'regular' || file.type === 'hardlink';
  return isExecutableFile(file) || (isContent && hasExecuteBit(file.mode));
}

/**
 * Directories for documentation and translations by the Filesystem Hierarchy Standard 3.0, 4.11,
 * and common practice.
 */
const READING =
  /^\/usr\/(?:local\/)?share\/(?:doc|help|i18n|info|licenses|lintian|locale|man)(?:\/|$)/;
/** Their parent directories, which dpkg records list, too. */
const ABOVE = /^\/(?:\.|usr(?:\/local)?(?:\/share)?)?$/;

/** Documentation that images often omit. Filesystem Hierarchy Standard 3.0, 4.11. */
const OFTEN_OMITTED = /^\/usr\/share\/(?:bug|doc|doc-base|help|info|licenses|lintian|locale|man)\//;

/** Returns whether images often omit a file, so that its absence proves nothing. */
export function isOftenOmitted(path: string): boolean {
  return OFTEN_OMITTED.test(path);
}

/** Returns whether a package recorded files, and all of them are documentation or translations. */
export function hasDocumentationOnly({
  ownedFiles,
  otherOwnedFiles = [],
}: Pick<InventoryPackage, 'ownedFiles' | 'otherOwnedFiles'>): boolean {
  const files = [...ownedFiles, ...otherOwnedFiles].filter(({ path }) => !ABOVE.test(path));
  return files.length > 0 && files.every(({ path }) => READING.test(path));
}

const HEADER = /\.(?:h|hh|hpp|hxx|inl|inc)$/;
/** Files that an interpreter or a linker loads whatever their mode. */
const LOADABLE =
  /\.(?:a|bash|class|cjs|cmd|dll|dylib|el|elc|exe|gem|jar|jl|js|ko|ko\.gz|ko\.xz|ko\.zst|la|lua|mjs|node|o|php|phar|pl|pm|ps1|pth|py|pyc|pyd|pyo|r|rb|rkt|scm|sh|so|so\.[\d.]+|tcl|ts|war|wasm|whl|zsh)$/i;
const PROGRAM_TYPES = /^(?:application\/(?:x-|java|zip|vnd\.microsoft)|text\/x-)/;

export type FileClass = 'code' | 'data' | 'documentation' | 'header' | 'link';

/** Returns whether a file is in a directory for documentation; it may still be executable. */
function isDocumentation({ path }: InventoryFile): boolean {
  return READING.test(path);
}

/** Returns whether a file is code, and if not, what else it is. */
export function classifyFile(file: InventoryFile): FileClass {
  const { path, type, mimeType } = file;
  if (type !== 'regular' && type !== 'hardlink') {
    return type === 'symlink' ? 'link' : 'data';
  }
  if (isExecutable(file)) {
    return 'code';
  }
  if (isDocumentation(file)) {
    return 'documentation';
  }
  if (LOADABLE.test(getBaseName(path))) {
    return 'code';
  }
  if (HEADER.test(path)) {
    return 'header';
  }
  return PROGRAM_TYPES.test(mimeType) ? 'code' : 'data';
}

/** Locations of kernel headers and of files for building modules. */
const KERNEL_HEADERS =
  /^\/usr\/(?:include\/(?:[^/]+-linux-[^/]+\/)?(?:asm|asm-generic|linux)\/|src\/(?:linux|kernels?)[-/])/;

/** Returns whether a file is a kernel header, or belongs to the files for building modules. */
export function isKernelHeader({ path }: InventoryFile): boolean {
  return KERNEL_HEADERS.test(path);
}

/**
 * Returns the files of a package if they can decide about a finding: nothing but documentation can
 * be code, none exists, or they are kernel headers. If other code exists, its files decide nothing.
 */
export function findDecisiveFiles(
  pkg: InventoryPackage,
  inventory: Inventory,
): InventoryPackage['installedFiles'] {
  const { installedFiles, ownedFiles, otherOwnedFiles = [] } = pkg;
  const isKnown = installedFiles !== undefined || inventory.files.length > 0;
  if (!isKnown || ownedFiles.length + otherOwnedFiles.length === 0) {
    return undefined;
  }
  const files = findRecordedFiles(pkg, inventory);
  const hasCode = files.some((file) => classifyFile(file) === 'code' && !isDocumentation(file));
  return !hasCode || files.some(isKernelHeader) ? files : undefined;
}
