import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';
import { productionTest } from '../production-set.ts';

type Members = Readonly<Record<string, unknown>>;

/** A package of `bun.lock`. */
export interface BunEntry {
  readonly name: string;
  readonly version: string;
  /** Whether it lies in the project itself. */
  readonly isLocal: boolean;
  /** Names of what it needs, optional ones and peers included. */
  readonly requires: readonly string[];
  /** Names of what it needs for its own development, which the lock has of folders alone. */
  readonly development: readonly string[];
  readonly metadata: Members;
}

type BunEntries = ReadonlyMap<string, BunEntry | undefined>;

const LOCAL = /^(?:workspace|link|file|root):/;

/**
 * An entry is a list: `name@version`, then by the kind of source where it is from, an object with
 * what it needs, and the hash of the archive. `undefined` for anything else.
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
  const dependencies = textsOf(about['dependencies']);
  const optionalDependencies = textsOf(about['optionalDependencies']);
  const peerDependencies = textsOf(about['peerDependencies']);
  return {
    name: identity.slice(0, at),
    version,
    isLocal: LOCAL.test(version),
    // Optional peers are installed, too, if the lock has them.
    requires: Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
    development: Object.keys(textsOf(about['devDependencies']) ?? {}),
    metadata: {
      integrity: typeof integrity === 'string' ? integrity : '',
      dependencies,
      optionalDependencies,
      peerDependencies,
      bin: textsOf(about['bin']),
      os: getText(about, 'os'),
      cpu: getText(about, 'cpu'),
    },
  };
}

function textsOf(value: unknown): Readonly<Record<string, string>> | null {
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
 * Key of the package that another one loads under a name: keys are paths of names, and the nearest
 * one counts, as in folders of modules.
 */
export function resolvedKey(from: string, name: string, entries: BunEntries): string | undefined {
  for (let folder = from; folder !== ''; folder = outerOf(folder)) {
    const key = `${folder}/${name}`;
    if (entries.has(key)) {
      return key;
    }
  }
  return entries.has(name) ? name : undefined;
}

/** The path without its last name, which may have a scope. */
function outerOf(key: string): string {
  const slash = key.lastIndexOf('/');
  const outer = key.slice(0, Math.max(slash, 0));
  const start = outer.lastIndexOf('/') + 1;
  return outer.startsWith('@', start) ? outer.slice(0, Math.max(start - 1, 0)) : outer;
}

/**
 * Returns whether production has the package of a key. What a project of the lock asks for is
 * looked up below the name of the project first: there lies what only that project needs.
 */
export function productionKeys(workspaces: unknown, entries: BunEntries): (key: string) => boolean {
  const projects = isRecord(workspaces) ? Object.entries(workspaces) : [];
  const keysOf = (members: readonly string[]): string[] =>
    projects.flatMap(([folder, project]) => {
      const about = isRecord(project) ? project : {};
      const from = folder === '' ? '' : getText(about, 'name');
      return members
        .flatMap((member) => Object.keys(textsOf(about[member]) ?? {}))
        .flatMap((name) => resolvedKey(from, name, entries) ?? []);
    });
  const ofFolders = [...entries].flatMap(([key, entry]) =>
    (entry?.development ?? []).flatMap((name) => resolvedKey(key, name, entries) ?? []),
  );
  return productionTest(
    {
      production: keysOf(['dependencies', 'optionalDependencies', 'peerDependencies']),
      development: [...keysOf(['devDependencies']), ...ofFolders],
    },
    (key) =>
      (entries.get(key)?.requires ?? []).flatMap((name) => resolvedKey(key, name, entries) ?? []),
  );
}
