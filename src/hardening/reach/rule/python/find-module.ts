import { appendAll } from '../../../../foundation/core/append-all.ts';
import type { FolderIndex } from '../../folder-index.ts';

/** Files that importing a dotted name opens. */
export interface FoundModule {
  /** Paths of the files, with the packages on the way first. */
  readonly files: readonly string[];
  /** Directories in which submodules are looked up; empty if the module is not a package. */
  readonly folders: readonly string[];
  /** Number of leading parts of the dotted name that are modules. */
  readonly depth: number;
}

export interface ModuleSearch {
  readonly index: FolderIndex;
  /** Tag in the names of compiled files: `cpython-311`. */
  readonly tag: string;
}

/** Returns the existing files that the import of each part of the name opens. */
export function findModule(
  names: readonly string[],
  folders: readonly string[],
  search: ModuleSearch,
): FoundModule {
  const files: string[] = [];
  let at = folders;
  let depth = 0;
  for (const name of names) {
    const step = locateModule(name, at, search);
    if (step === undefined) {
      break;
    }
    appendAll(files, step.files);
    depth += 1;
    at = step.folders;
  }
  return { files, folders: at, depth };
}

interface Step {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Returns the first directory with a package or module of the name, or else all namespace
 * directories of the name.
 */
function locateModule(
  name: string,
  folders: readonly string[],
  search: ModuleSearch,
): Step | undefined {
  const { index } = search;
  const portions: string[] = [];
  for (const folder of folders) {
    const names = index.listStem(folder, name);
    if (names.length === 0) {
      continue;
    }
    const inner = `${folder}/${name}`;
    if (names.includes(name)) {
      const init = listModuleFiles(inner, '__init__', search);
      if (init.length > 0) {
        return { files: init, folders: [inner] };
      }
    }
    const own = listModuleFiles(folder, name, search);
    if (own.length > 0) {
      return { files: own, folders: [] };
    }
    if (names.includes(name) && index.listNames(inner).length > 0) {
      portions.push(inner);
    }
  }
  return portions.length > 0 ? { files: [], folders: portions } : undefined;
}

const EXTENSION = /^[^.]+(?:\.(?:cpython-(\d+)[a-z]*-[\w-]+|abi3|pypy\d+-[\w-]+|[\w-]+))?\.so$/;

/**
 * Returns source, compiled form and extension of a module; the compiled form is beside the given
 * name.
 */
export function listModuleFiles(
  folder: string,
  name: string,
  { index, tag }: ModuleSearch,
): readonly string[] {
  const found: string[] = [];
  for (const file of index.listStem(folder, name)) {
    const version = EXTENSION.exec(file);
    const isExtension =
      version !== null && (version[1] === undefined || tag.endsWith(`-${version[1]}`));
    if (file === `${name}.py` || file === `${name}.pyc` || isExtension) {
      found.push(`${folder}/${file}`);
    }
  }
  if (found.length > 0) {
    const cache = `${folder}/__pycache__`;
    const compiled = index.listStem(cache, name);
    found.push(
      ...compiled
        .filter((file) => file.startsWith(`${name}.${tag}.`))
        .map((file) => `${cache}/${file}`),
    );
  }
  return found;
}

/** Returns every module directly in a package. */
export function listModules(folder: string, search: ModuleSearch): readonly string[] {
  const stems = new Set(search.index.listNames(folder).map((name) => name.split('.', 1)[0] ?? ''));
  return [...stems]
    .filter((stem) => stem !== '' && stem !== '__pycache__')
    .flatMap((stem) => [
      ...listModuleFiles(folder, stem, search),
      ...listModuleFiles(`${folder}/${stem}`, '__init__', search),
    ]);
}
