import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { createProductionTest } from '../production-set.ts';

type Members = Readonly<Record<string, unknown>>;

/** A package of `bun.lock`. */
export interface BunEntry {
  readonly name: string;
  readonly version: string;
  /** Whether it is in the project itself. */
  readonly isLocal: boolean;
  /** Names of the packages it requires, including optional ones and peers. */
  readonly requires: readonly string[];
  /** Names of its development dependencies, which the lock only lists for directories. */
  readonly development: readonly string[];
  readonly metadata: Members;
}

type BunEntries = ReadonlyMap<string, BunEntry | undefined>;

const LOCAL = /^(?:workspace|link|file|root):/;

/**
 * Parses an entry, which is a list: `name@version`, a location that depends on the kind of source,
 * an object with its dependencies, and the hash of the archive. Returns `undefined` for anything
 * else.
 */
export function readBunEntry(entry: unknown): BunEntry | undefined {
  const elements: readonly unknown[] = Array.isArray(entry) ? entry : [];
  const [identity] = elements;
  const at = typeof identity === 'string' ? identity.indexOf('@', 1) : -1;
  if (typeof identity !== 'string' || at < 0 || at === identity.length - 1) {
    return undefined;
  }
  const about = elements.find(isRecord) ?? {};
  const integrity = elements
    .slice(1)
    .find((element) => typeof element === 'string' && /^sha\d+-/.test(element));
  const version = identity.slice(at + 1);
  const dependencies = toStringMap(about['dependencies']);
  const optionalDependencies = toStringMap(about['optionalDependencies']);
  const peerDependencies = toStringMap(about['peerDependencies']);
  return {
    name: identity.slice(0, at),
    version,
    isLocal: LOCAL.test(version),
    // Optional peers are installed, too, if the lock contains them.
    requires: Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
    development: Object.keys(toStringMap(about['devDependencies']) ?? {}),
    metadata: {
      integrity: typeof integrity === 'string' ? integrity : '',
      dependencies,
      optionalDependencies,
      peerDependencies,
      bin: toStringMap(about['bin']),
      os: getText(about, 'os'),
      cpu: getText(about, 'cpu'),
    },
  };
}

function toStringMap(value: unknown): Readonly<Record<string, string>> | null {
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).filter((member): member is [string, string] => {
          const [, text] = member;
          return typeof text === 'string';
        }),
      )
    : null;
}

/**
 * Returns the key of the package that another one loads by name. Keys are paths of names, and the
 * nearest one is used, as in `node_modules` directories.
 */
export function resolveBunKey(from: string, name: string, entries: BunEntries): string | undefined {
  for (let folder = from; folder !== ''; folder = getOuterKey(folder)) {
    const key = `${folder}/${name}`;
    if (entries.has(key)) {
      return key;
    }
  }
  return entries.has(name) ? name : undefined;
}

/** Removes the last name of a path, which may have a scope. */
function getOuterKey(key: string): string {
  const slash = key.lastIndexOf('/');
  const outer = key.slice(0, Math.max(slash, 0));
  const start = outer.lastIndexOf('/') + 1;
  return outer.startsWith('@', start) ? outer.slice(0, Math.max(start - 1, 0)) : outer;
}

/**
 * Returns whether the package of a key is installed in production. Dependencies of a project are
 * first looked up below the project's name, which contains the packages only that project requires.
 */
export function createBunProductionTest(
  workspaces: unknown,
  entries: BunEntries,
): (key: string) => boolean {
  const projects = isRecord(workspaces) ? Object.entries(workspaces) : [];
  const listRootKeys = (members: readonly string[]): string[] =>
    projects.flatMap(([folder, project]) => {
      const about = isRecord(project) ? project : {};
      const from = folder === '' ? '' : getText(about, 'name');
      return members
        .flatMap((member) => Object.keys(toStringMap(about[member]) ?? {}))
        .flatMap((name) => resolveBunKey(from, name, entries) ?? []);
    });
  const ofFolders = [...entries].flatMap(([key, entry]) =>
    (entry?.development ?? []).flatMap((name) => resolveBunKey(key, name, entries) ?? []),
  );
  return createProductionTest(
    {
      production: listRootKeys(['dependencies', 'optionalDependencies', 'peerDependencies']),
      development: [...listRootKeys(['devDependencies']), ...ofFolders],
    },
    (key) =>
      (entries.get(key)?.requires ?? []).flatMap((name) => resolveBunKey(key, name, entries) ?? []),
  );
}
