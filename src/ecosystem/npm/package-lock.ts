import type { Budget } from '../../core/budget.ts';
import type { Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { decodeDocument } from '../../syntax/json/bounded-json.ts';
import { guardMap, isRecord, isText } from '../../syntax/json/guard.ts';
import { parseFileJson } from '../../syntax/json/parse-json.ts';
import { npmLicenses } from './package-json.ts';

/** One package that a lock file puts in a folder. */
export interface LockEntry {
  /** Folder below the lock file: empty for the project itself, `node_modules/a`, `packages/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly resolved: string;
  readonly integrity: string;
  readonly licenses: readonly string[];
  /** `dependencies` as written: names with the versions that will do. */
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Names of all packages that it loads when it runs, optional ones and peers too. */
  readonly requires: readonly string[];
}

/** A folder that is a link to another one, as those of workspaces are. */
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
 * `package-lock.json` or `npm-shrinkwrap.json` of the versions 1 to 3, without what is only needed
 * to develop. The size of the content bounds what reading costs. npm documentation,
 * "package-lock.json".
 */
export function parsePackageLock(content: Uint8Array, budget: Budget): PackageLock {
  const { limits } = budget;
  const value = parseFileJson(decodeDocument(content), budget);
  if (!isRecord(value)) {
    return failed('the lock file is not a JSON object');
  }
  const version = value['lockfileVersion'] ?? 1;
  if (isRecord(value['packages'])) {
    return new LockReader(limits).readPackages(value['packages']);
  }
  // Version 2 repeats the tree of version 1 for older programs; it may be all that is left.
  return version === 1 || (version === 2 && isRecord(value['dependencies']))
    ? new LockReader(limits).readTree(value['dependencies'])
    : failed('unsupported version of the lock file');
}

function failed(message: string): PackageLock {
  return { entries: [], links: [], problems: [{ code: 'P_MALFORMED', message }] };
}

class LockReader {
  readonly #limits: Limits;
  readonly #entries: LockEntry[] = [];
  readonly #links: LockLink[] = [];
  readonly #problems: ProblemNote[] = [];
  /** Dependencies that are still kept: their number bounds the edges. */
  #requiresLeft: number;
  /** Characters of paths that are still kept: nested ones are longer than what they unfold from. */
  #pathCharsLeft: number;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#requiresLeft = limits.recordsMax;
    this.#pathCharsLeft = limits.lockFileBytesMax;
  }

  /** Version 2 and 3: folders and what is in each. */
  readPackages(packages: Members): PackageLock {
    const linkNames = namesOfLinkTargets(packages);
    for (const [path, members] of Object.entries(packages)) {
      if (!isRecord(members)) {
        this.#note('P_RECORD', 'a package in the lock file was left out: it is not an object');
      } else if (members['link'] === true) {
        this.#links.push({ path, target: textOf(members['resolved']) });
      } else if (members['dev'] !== true && this.#canKeep(path)) {
        const name = textOf(members['name']) || linkNames.get(path) || nameOfPath(path);
        this.#add(path, { name, version: textOf(members['version']) }, members);
      }
    }
    return this.#finish();
  }

  /** Version 1: packages nested in each other as their folders are. */
  readTree(dependencies: unknown): PackageLock {
    const pending: { readonly folder: string; readonly children: unknown }[] = [
      { folder: '', children: dependencies },
    ];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { folder, children } = next;
      for (const [key, members] of Object.entries(isRecord(children) ? children : {})) {
        const path = `${folder}node_modules/${key}`;
        if (isRecord(members) && members['dev'] !== true && this.#canKeep(path)) {
          this.#add(path, identityOf(key, textOf(members['version'])), members);
          pending.push({ folder: `${path}/`, children: members['dependencies'] });
        }
      }
    }
    return this.#finish();
  }

  #add(path: string, identity: Identity, members: Members): void {
    // The project itself is a package only where it has a name.
    if (identity.name === '') {
      if (path !== '') {
        this.#note('P_RECORD', 'a package in the lock file was left out: it has no name');
      }
      return;
    }
    const stated = members['dependencies'];
    const dependencies = isTextMap(stated) ? stated : undefined;
    this.#entries.push({
      path,
      ...identity,
      resolved: textOf(members['resolved']),
      integrity: textOf(members['integrity']),
      licenses: npmLicenses(members),
      ...(dependencies === undefined ? {} : { dependencies }),
      requires: this.#requiresOf(members, dependencies ?? members['requires']),
    });
  }

  #requiresOf(members: Members, dependencies: unknown): string[] {
    const names = [dependencies, members['optionalDependencies'], members['peerDependencies']]
      .flatMap((map) => (isRecord(map) ? Object.keys(map) : []))
      .slice(0, this.#requiresLeft);
    this.#requiresLeft -= names.length;
    if (this.#requiresLeft === 0) {
      this.#note(
        'P_LIMIT',
        'some dependencies are missing: the lock file has more than recordsMax allows',
      );
    }
    return [...new Set(names)];
  }

  #canKeep(path: string): boolean {
    this.#pathCharsLeft -= path.length;
    if (path.length > this.#limits.pathBytesMax || this.#pathCharsLeft < 0) {
      this.#note(
        'P_LIMIT',
        'packages in the lock file are nested more deeply than pathBytesMax or lockFileBytesMax allow',
      );
      return false;
    }
    if (this.#entries.length >= this.#limits.recordsMax) {
      this.#note(
        'P_LIMIT',
        `only the first ${this.#limits.recordsMax} packages were read: the limit recordsMax was exceeded`,
      );
      return false;
    }
    return true;
  }

  /** Each message once: the lock file as a whole is what is wrong then. */
  #note(code: ProblemNote['code'], message: string): void {
    if (!this.#problems.some((problem) => problem.message === message)) {
      this.#problems.push({ code, message });
    }
  }

  #finish(): PackageLock {
    return { entries: this.#entries, links: this.#links, problems: this.#problems };
  }
}

interface Identity {
  readonly name: string;
  readonly version: string;
}

const ALIAS = 'npm:';

/** In version 1 an alias has the real name in its version: `npm:koa@2.0.0`. */
function identityOf(key: string, version: string): Identity {
  const real = version.startsWith(ALIAS) ? version.slice(ALIAS.length) : '';
  const at = real.lastIndexOf('@');
  return at > 0 ? { name: real.slice(0, at), version: real.slice(at + 1) } : { name: key, version };
}

/** Workspaces need not repeat their names: the links to them have these. */
function namesOfLinkTargets(packages: Members): Map<string, string> {
  const names = new Map<string, string>();
  for (const [path, members] of Object.entries(packages)) {
    if (isRecord(members) && members['link'] === true) {
      names.set(textOf(members['resolved']), nameOfPath(path));
    }
  }
  return names;
}

const MODULES = 'node_modules/';

/** `node_modules/a/node_modules/@b/c` holds `@b/c`; `packages/d` holds `d`. */
function nameOfPath(path: string): string {
  const at = path.lastIndexOf(MODULES);
  return at < 0 ? path.slice(path.lastIndexOf('/') + 1) : path.slice(at + MODULES.length);
}

const isTextMap = guardMap(isText);

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An edge between two entries: `from` is loaded by `to`. */
export interface LockEdge {
  readonly from: LockEntry;
  readonly to: LockEntry;
}

/**
 * Which entry each requirement loads: the one in the nearest `node_modules` upwards, as Node.js
 * looks for it. Node.js documentation, "Loading from node_modules folders".
 */
export function lockEdges({ entries, links }: Pick<PackageLock, 'entries' | 'links'>): LockEdge[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const linked = links.map(({ path, target }) => [path, byPath.get(target)] as const);
  const modules = modulesByFolder([...byPath, ...linked]);
  const edges: LockEdge[] = [];
  for (const to of entries) {
    const searched = ancestorsOf(to.path).flatMap((folder) => modules.get(folder) ?? []);
    for (const name of to.requires) {
      const from = searched.find((names) => names.has(name))?.get(name);
      if (from !== undefined && from !== to) {
        edges.push({ from, to });
      }
    }
  }
  return edges;
}

/** What each folder that has a `node_modules` holds in it, by name. */
function modulesByFolder(
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

/** The folder itself and all above it, each with a slash at its end, the nearest one first. */
function ancestorsOf(path: string): string[] {
  const ancestors: string[] = [];
  let folder = path === '' ? '' : `${path}/`;
  while (folder !== '') {
    ancestors.push(folder);
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  }
  return [...ancestors, ''];
}
