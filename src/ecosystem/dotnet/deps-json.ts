import type { Limits } from '../../core/limits.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';

/** A library of a `.deps.json`, named `Name/1.0.0` there. */
export interface DepsLibrary {
  readonly name: string;
  readonly version: string;
  /** `package`, `project`, `referenceassembly`, `runtimepack`; empty where the file has no more. */
  readonly type: string;
  readonly path: string;
  readonly sha512: string;
  readonly hashPath: string;
  /** Whether it brings files to run, to compile with, of a language, or of the machine. */
  readonly hasFiles: boolean;
  /** Keys of the libraries that it needs. */
  readonly requires: readonly string[];
}

export interface DepsDocument {
  readonly libraries: readonly DepsLibrary[];
  /** Keys without a name or a version, and entries of no known form. */
  readonly unreadCount: number;
  readonly isCutOff: boolean;
}

const FILE_LISTS = ['runtime', 'resources', 'compile', 'native', 'runtimeTargets'] as const;

/**
 * Reads what a .NET program is made of. A library that several targets have is one. `undefined`
 * where the value has no targets. .NET documentation, "runtime configuration files".
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
  for (const [key, target] of Object.values(targets).flatMap(entriesOf)) {
    const known = libraries.get(key);
    const library = readLibrary(key, target, described[key]);
    if (library === undefined) {
      unreadCount++;
    } else if (known !== undefined) {
      libraries.set(key, together(known, library));
    } else if (libraries.size < limits.recordsMax) {
      libraries.set(key, library);
    } else {
      isCutOff = true;
    }
  }
  return { libraries: [...libraries.values()], unreadCount, isCutOff };
}

export function depsKey({ name, version }: Pick<DepsLibrary, 'name' | 'version'>): string {
  return `${name}/${version}`;
}

function entriesOf(value: unknown): [string, unknown][] {
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
    hasFiles: FILE_LISTS.some((list) => entriesOf(target[list]).length > 0),
    requires: entriesOf(target['dependencies']).flatMap(([needed, wanted]) =>
      typeof wanted === 'string' ? [depsKey({ name: needed, version: wanted })] : [],
    ),
  };
}

function together(known: DepsLibrary, other: DepsLibrary): DepsLibrary {
  return {
    ...known,
    hasFiles: known.hasFiles || other.hasFiles,
    requires: [...known.requires, ...other.requires],
  };
}
