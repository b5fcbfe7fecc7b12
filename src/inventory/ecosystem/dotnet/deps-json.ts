import type { Limits } from '../../../foundation/core/limits.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';

/** A library in a `.deps.json`, where its key is `Name/1.0.0`. */
export interface DepsLibrary {
  readonly name: string;
  readonly version: string;
  /**
   * `package`, `project`, `referenceassembly`, `runtimepack`; empty if the file does not describe
   * the library further.
   */
  readonly type: string;
  readonly path: string;
  readonly sha512: string;
  readonly hashPath: string;
  /** Whether it contains runtime, compile-time, resource or native files. */
  readonly hasFiles: boolean;
  /** Keys of the libraries that it requires. */
  readonly requires: readonly string[];
}

export interface DepsDocument {
  readonly libraries: readonly DepsLibrary[];
  /** Number of keys without a name or a version, and of entries in an unknown form. */
  readonly unreadCount: number;
  readonly isCutOff: boolean;
}

const FILE_LISTS = ['runtime', 'resources', 'compile', 'native', 'runtimeTargets'] as const;

/**
 * Reads the libraries of a .NET program. A library of several targets is listed once. Returns
 * `undefined` if the value has no targets. .NET documentation, "runtime configuration files".
 */
export function readDepsJson(document: unknown, limits: Limits): DepsDocument | undefined {
  const targets = isRecord(document) ? document['targets'] : undefined;
  if (!isRecord(document) || !isRecord(targets)) {
    return undefined;
  }
  const described = isRecord(document['libraries']) ? document['libraries'] : {};
  const libraries = new Map<string, DepsLibrary>();
  let unreadCount = 0;
  let isCutOff = false;
  for (const [key, target] of Object.values(targets).flatMap(listMemberEntries)) {
    const known = libraries.get(key);
    const library = readLibrary(key, target, described[key]);
    if (library === undefined) {
      unreadCount++;
    } else if (known !== undefined) {
      libraries.set(key, mergeLibraries(known, library));
    } else if (libraries.size < limits.recordsMax) {
      libraries.set(key, library);
    } else {
      isCutOff = true;
    }
  }
  return { libraries: [...libraries.values()], unreadCount, isCutOff };
}

export function toDepsKey({ name, version }: Pick<DepsLibrary, 'name' | 'version'>): string {
  return `${name}/${version}`;
}

function listMemberEntries(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

function readLibrary(key: string, target: unknown, described: unknown): DepsLibrary | undefined {
  const slash = key.indexOf('/');
  const [name, version] = [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
  if (name === '' || version === '' || !isRecord(target)) {
    return undefined;
  }
  const about = isRecord(described) ? described : {};
  return {
    name,
    version,
    type: getText(about, 'type'),
    path: getText(about, 'path'),
    sha512: getText(about, 'sha512'),
    hashPath: getText(about, 'hashPath'),
    hasFiles: FILE_LISTS.some((list) => listMemberEntries(target[list]).length > 0),
    requires: listMemberEntries(target['dependencies']).flatMap(([needed, wanted]) =>
      typeof wanted === 'string' ? [toDepsKey({ name: needed, version: wanted })] : [],
    ),
  };
}

function mergeLibraries(known: DepsLibrary, other: DepsLibrary): DepsLibrary {
  return {
    ...known,
    hasFiles: known.hasFiles || other.hasFiles,
    requires: [...known.requires, ...other.requires],
  };
}
