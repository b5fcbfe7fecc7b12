import { isRecord } from '../../syntax/json/guard.ts';
import { textIn } from '../../syntax/json/member.ts';

type Members = Readonly<Record<string, unknown>>;

export interface PnpmKey {
  readonly name: string;
  readonly version: string;
}

/** A package of `pnpm-lock.yaml`; texts that are not there are empty. */
export interface PnpmRecord {
  readonly key: PnpmKey;
  /** The key as it is written, by which what needs it may ask for it. */
  readonly place: string;
  /** Only where the key has a place instead of a name. */
  readonly name: string;
  /** Only where the key has a place instead of a version. */
  readonly version: string;
  readonly integrity: string;
  /** Versions by name, without what they were resolved with. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The same of what is loaded where it could be installed. */
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/**
 * The packages of one document of any version, but not those for development only. From version 9
 * on, what a package needs stands apart from it, and no package is marked: only what the projects
 * of the lock need for development, and that needs, is left out.
 */
export function pnpmRecords(document: Members): PnpmRecord[] {
  const needs = new Map<string, Needs>();
  for (const [text, snapshot] of Object.entries(membersOf(document['snapshots']))) {
    const key = withoutPeers(text);
    needs.set(key, together(needs.get(key) ?? NOTHING, needsOf(membersOf(snapshot))));
  }
  const isOnBoard = productionPlaces(document['importers'], needs);
  const records = new Map<string, PnpmRecord>();
  for (const [text, value] of Object.entries(membersOf(document['packages']))) {
    const entry = membersOf(value);
    const key = withoutPeers(text);
    if (entry['dev'] !== 'true' && isOnBoard(key)) {
      const own = together(needsOf(entry), needs.get(key) ?? NOTHING);
      records.set(key, { ...identityOf(key, entry), ...own });
    }
  }
  return [...records.values()];
}

type Needs = Pick<PnpmRecord, 'dependencies' | 'optionalDependencies'>;

const NOTHING: Needs = { dependencies: {}, optionalDependencies: {} };

function together(left: Needs, right: Needs): Needs {
  return {
    dependencies: { ...left.dependencies, ...right.dependencies },
    optionalDependencies: { ...left.optionalDependencies, ...right.optionalDependencies },
  };
}

/** Asks nothing of earlier locks, whose packages say it themselves. */
function productionPlaces(
  importers: unknown,
  needs: ReadonlyMap<string, Needs>,
): (place: string) => boolean {
  const projects = needs.size === 0 ? [] : Object.values(membersOf(importers)).map(membersOf);
  const places = (members: readonly string[]): string[] =>
    projects.flatMap((project) =>
      members.flatMap((member) =>
        Object.entries(membersOf(project[member])).flatMap(([name, wanted]) =>
          pnpmPlaces(name, withoutPeers(textIn(membersOf(wanted), 'version'))),
        ),
      ),
    );
  const needed = reached(places(['dependencies', 'optionalDependencies']), needs);
  const forDevelopment = reached(places(['devDependencies']), needs);
  return (place) => needed.has(place) || !forDevelopment.has(place);
}

function reached(roots: readonly string[], needs: ReadonlyMap<string, Needs>): ReadonlySet<string> {
  const found = new Set(roots);
  // A set also visits what is added on the way.
  for (const place of found) {
    const { dependencies, optionalDependencies } = needs.get(place) ?? NOTHING;
    for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies })) {
      for (const needed of pnpmPlaces(name, version)) {
        found.add(needed);
      }
    }
  }
  return found;
}

/**
 * Where a package may stand that is asked for under a name: what has another name there states it
 * with its version, and what comes from elsewhere is asked for by its place.
 */
export function pnpmPlaces(name: string, wanted: string): readonly string[] {
  const alias = pnpmKey(wanted);
  const isAlias = /^[@/]|^[a-z][\w.-]*@\d/i.test(wanted) && alias.version !== '';
  return [isAlias ? `${alias.name}@${alias.version}` : `${name}@${wanted}`, wanted];
}

function identityOf(key: string, entry: Members): Omit<PnpmRecord, keyof Needs> {
  const parsed = pnpmKey(key);
  const name = textIn(entry, 'name');
  return {
    key: parsed,
    place: key,
    // A package from an archive, a repository or a folder states what it calls itself.
    name,
    version: name === '' && /^\d/.test(parsed.version) ? '' : textIn(entry, 'version'),
    integrity: textIn(membersOf(entry['resolution']), 'integrity'),
  };
}

function membersOf(value: unknown): Members {
  return isRecord(value) ? value : {};
}

function needsOf(entry: Members): Needs {
  return {
    dependencies: versionsOf(entry['dependencies']),
    optionalDependencies: versionsOf(entry['optionalDependencies']),
  };
}

function versionsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(membersOf(value)).flatMap(([name, version]) =>
      typeof version === 'string' ? [[name, withoutPeers(version)]] : [],
    ),
  );
}

/**
 * Version 6 and later have the packages that it was resolved with in parentheses, earlier ones
 * after an underscore: `/react-dom/17.0.2_react@17.0.2`.
 */
function withoutPeers(text: string): string {
  const [plain = ''] = text.split('(', 1);
  return plain.replace(/^((?:.*\/)?\d[^/_]*)_[^/]*$/, '$1');
}

/**
 * `name@version`, `/name@version`, or `/name/version` of the first locks, which have the host in
 * place of the first slash where it is not the usual one; names have scopes.
 */
function pnpmKey(text: string): PnpmKey {
  const path = text.replace(/^\//, '').replace(/^[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}\/(?=.*\/)/, '');
  const at = path.indexOf('@', 1);
  if (at > 0) {
    return { name: path.slice(0, at), version: path.slice(at + 1) };
  }
  const slash = path.lastIndexOf('/');
  return { name: path.slice(0, Math.max(slash, 0)), version: path.slice(slash + 1) };
}
