import { getBaseName } from '../../../foundation/core/base-name.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { toText } from '../../../foundation/core/to-text.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { guardMap, isRecord, isText } from '../../../foundation/syntax/json/guard.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { listNpmLicenses } from './package-json.ts';

/** One package that a lock file places in a directory. */
export interface LockEntry {
  /**
   * Directory below the lock file: empty for the project itself, `node_modules/a`, `packages/b`.
   */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly resolved: string;
  readonly integrity: string;
  readonly licenses: readonly string[];
  /** `dependencies` as written: names with version ranges. */
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Names of all packages that it loads at run time, including optional ones and peers. */
  readonly requires: readonly string[];
}

/** A directory that is a link to another one, such as those of workspaces. */
export interface LockLink {
  readonly path: string;
  readonly target: string;
}

export interface PackageLock {
  readonly entries: readonly LockEntry[];
  readonly links: readonly LockLink[];
  readonly problems: readonly ProblemNote[];
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Parses `package-lock.json` or `npm-shrinkwrap.json` of version 1 to 3, without development
 * packages. The size of the content limits the cost. npm documentation, "package-lock.json".
 */
export function parsePackageLock(content: Uint8Array, budget: Budget): PackageLock {
  const { limits } = budget;
  const value = parseFileJson(decodeDocument(content), budget);
  if (!isRecord(value)) {
    return createFailure('the lock file is not a JSON object');
  }
  const version = value['lockfileVersion'] ?? 1;
  if (isRecord(value['packages'])) {
    return new LockReader(limits).readPackages(value['packages']);
  }
  // Version 2 repeats the tree of version 1 for older programs; it may be all that is left.
  return version === 1 || (version === 2 && isRecord(value['dependencies']))
    ? new LockReader(limits).readTree(value['dependencies'])
    : createFailure('unsupported version of the lock file');
}

function createFailure(message: string): PackageLock {
  return { entries: [], links: [], problems: [{ code: 'P_MALFORMED', message }] };
}

class LockReader {
  readonly #limits: Limits;
  readonly #entries: LockEntry[] = [];
  readonly #links: LockLink[] = [];
  readonly #problems: ProblemNote[] = [];
  /** Number of dependencies that may still be kept: it limits the edges. */
  #requiresLeft: number;
  /**
   * Number of characters of paths that may still be kept: nested paths are longer than the text
   * they are read from.
   */
  #pathCharsLeft: number;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#requiresLeft = limits.recordsMax;
    this.#pathCharsLeft = limits.lockFileBytesMax;
  }

  /** Reads version 2 and 3: directories and the package in each. */
  readPackages(packages: Members): PackageLock {
    const linkNames = mapLinkNames(packages);
    for (const [path, members] of Object.entries(packages)) {
      if (!isRecord(members)) {
        this.#addProblemOnce(
          'P_RECORD',
          'a package in the lock file was left out: it is not an object',
        );
      } else if (members['link'] === true) {
        this.#links.push({ path, target: toText(members['resolved']) });
      } else if (members['dev'] !== true && this.#canKeep(path)) {
        const name = toText(members['name']) || linkNames.get(path) || getPackageName(path);
        this.#addPackage(path, { name, version: toText(members['version']) }, members);
      }
    }
    return this.#finishLock();
  }

  /** Reads version 1: packages are nested like their directories. */
  readTree(dependencies: unknown): PackageLock {
    const pending: { readonly folder: string; readonly children: unknown }[] = [
      { folder: '', children: dependencies },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { folder, children } = next;
      for (const [key, members] of Object.entries(isRecord(children) ? children : {})) {
        const path = `${folder}node_modules/${key}`;
        if (isRecord(members) && members['dev'] !== true && this.#canKeep(path)) {
          this.#addPackage(path, resolveAlias(key, toText(members['version'])), members);
          pending.push({ folder: `${path}/`, children: members['dependencies'] });
        }
      }
    }
    return this.#finishLock();
  }

  #addPackage(path: string, identity: Identity, members: Members): void {
    // The project itself is only a package if it has a name.
    if (identity.name === '') {
      if (path !== '') {
        this.#addProblemOnce('P_RECORD', 'a package in the lock file was left out: it has no name');
      }
      return;
    }
    const stated = members['dependencies'];
    const dependencies = isTextMap(stated) ? stated : undefined;
    this.#entries.push({
      path,
      ...identity,
      resolved: toText(members['resolved']),
      integrity: toText(members['integrity']),
      licenses: listNpmLicenses(members),
      ...defined({ dependencies }),
      requires: this.#takeRequires(members, dependencies ?? members['requires']),
    });
  }

  #takeRequires(members: Members, dependencies: unknown): string[] {
    const names = [dependencies, members['optionalDependencies'], members['peerDependencies']]
      .flatMap((map) => (isRecord(map) ? Object.keys(map) : []))
      .slice(0, this.#requiresLeft);
    this.#requiresLeft -= names.length;
    if (this.#requiresLeft === 0) {
      this.#addProblemOnce(
        'P_LIMIT',
        'some dependencies are missing: the lock file has more than recordsMax allows',
      );
    }
    return [...new Set(names)];
  }

  #canKeep(path: string): boolean {
    this.#pathCharsLeft -= path.length;
    if (path.length > this.#limits.pathBytesMax || this.#pathCharsLeft < 0) {
      this.#addProblemOnce(
        'P_LIMIT',
        'packages in the lock file are nested more deeply than pathBytesMax or lockFileBytesMax allow',
      );
      return false;
    }
    if (this.#entries.length >= this.#limits.recordsMax) {
      this.#addProblemOnce(
        'P_LIMIT',
        `only the first ${this.#limits.recordsMax} packages were read: the limit recordsMax was exceeded`,
      );
      return false;
    }
    return true;
  }

  /** Reports each message once, because it concerns the lock file as a whole. */
  #addProblemOnce(code: ProblemNote['code'], message: string): void {
    if (!this.#problems.some((problem) => problem.message === message)) {
      this.#problems.push({ code, message });
    }
  }

  #finishLock(): PackageLock {
    return { entries: this.#entries, links: this.#links, problems: this.#problems };
  }
}

interface Identity {
  readonly name: string;
  readonly version: string;
}

const ALIAS = 'npm:';

/** In version 1 an alias has the real name in its version: `npm:koa@2.0.0`. */
function resolveAlias(key: string, version: string): Identity {
  const real = version.startsWith(ALIAS) ? version.slice(ALIAS.length) : '';
  const at = real.lastIndexOf('@');
  return at > 0 ? { name: real.slice(0, at), version: real.slice(at + 1) } : { name: key, version };
}

/** Workspaces may omit their names; the links to them have these. */
function mapLinkNames(packages: Members): Map<string, string> {
  const names = new Map<string, string>();
  for (const [path, members] of Object.entries(packages)) {
    if (isRecord(members) && members['link'] === true) {
      names.set(toText(members['resolved']), getPackageName(path));
    }
  }
  return names;
}

const MODULES = 'node_modules/';

/** `node_modules/a/node_modules/@b/c` contains `@b/c`; `packages/d` contains `d`. */
function getPackageName(path: string): string {
  const at = path.lastIndexOf(MODULES);
  return at < 0 ? getBaseName(path) : path.slice(at + MODULES.length);
}

const isTextMap = guardMap(isText);

/** An edge between two entries: `from` is loaded by `to`. */
export interface LockEdge {
  readonly from: LockEntry;
  readonly to: LockEntry;
}

/**
 * Returns the entry that each requirement loads: the one in the nearest `node_modules` upwards, as
 * in Node.js. Node.js documentation, "Loading from node_modules folders".
 */
export function listLockEdges({
  entries,
  links,
}: Pick<PackageLock, 'entries' | 'links'>): LockEdge[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const linked = links.map(({ path, target }) => [path, byPath.get(target)] as const);
  const modules = groupModules([...byPath, ...linked]);
  const edges: LockEdge[] = [];
  for (const to of entries) {
    const searched = listAncestors(to.path).flatMap((folder) => modules.get(folder) ?? []);
    for (const name of to.requires) {
      const from = searched.find((names) => names.has(name))?.get(name);
      if (from !== undefined && from !== to) {
        edges.push({ from, to });
      }
    }
  }
  return edges;
}

/** Returns the packages in each `node_modules`, by its parent directory and by name. */
function groupModules(
  paths: readonly (readonly [string, LockEntry | undefined])[],
): Map<string, Map<string, LockEntry>> {
  const modules = new Map<string, Map<string, LockEntry>>();
  for (const [path, entry] of paths) {
    const at = path.lastIndexOf(MODULES);
    if (at >= 0 && entry !== undefined) {
      const folder = path.slice(0, at);
      const names = modules.get(folder) ?? new Map<string, LockEntry>();
      modules.set(folder, names.set(path.slice(at + MODULES.length), entry));
    }
  }
  return modules;
}

/** Returns the directory and all its ancestors, nearest first, each with a trailing slash. */
function listAncestors(path: string): string[] {
  const ancestors: string[] = [];
  let folder = path === '' ? '' : `${path}/`;
  while (folder !== '') {
    ancestors.push(folder);
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  }
  return [...ancestors, ''];
}
