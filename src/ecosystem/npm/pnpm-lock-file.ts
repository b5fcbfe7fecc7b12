import { addToList } from '../../core/add-to-list.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';
import { type ProjectRoots, productionTest } from '../production-set.ts';

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
  /** Places of everything that it needs, in each set of peers that it is installed with. */
  readonly requires: readonly string[];
}

/** A package as it is installed with one set of peers. */
interface Snapshot {
  /** Key of the package: without the peers. */
  readonly place: string;
  /** Versions by name, each with its own peers. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/**
 * The packages of one document of any version, but not those for development only. From version 9
 * on, the needs of a package stand in a snapshot for each set of peers, and no package is marked:
 * what only the development dependencies of the projects lead to is left out. Snapshots are told
 * apart until then: one set of peers may be for development and another for production.
 */
export function pnpmRecords(document: Members): PnpmRecord[] {
  const packages = membersOf(document['packages']);
  const snapshots = snapshotsByKey(packages, membersOf(document['snapshots']));
  const isOnBoard = productionTest(rootsOf(document, snapshots), (key) =>
    snapshotKeys(neededVersions(snapshots.get(key)), snapshots),
  );
  const kept = new Map<string, Snapshot[]>();
  for (const [key, snapshot] of snapshots) {
    if (isOnBoard(key)) {
      addToList(kept, snapshot.place, snapshot);
    }
  }
  const records = new Map<string, PnpmRecord>();
  for (const [text, value] of Object.entries(packages)) {
    const place = withoutPeers(text);
    const variants = kept.get(place);
    if (variants !== undefined && !records.has(place)) {
      records.set(place, {
        ...identityOf(place, membersOf(value)),
        dependencies: plainVersions(variants.map(({ dependencies }) => dependencies)),
        requires: requiresOf(variants),
      });
    }
  }
  return [...records.values()];
}

/** Earlier locks state the needs of a package in the package, and which are for development. */
function snapshotsByKey(packages: Members, stated: Members): ReadonlyMap<string, Snapshot> {
  const snapshots = new Map<string, Snapshot>();
  for (const [key, value] of Object.entries(stated)) {
    snapshots.set(key, snapshotOf(key, membersOf(value)));
  }
  const placed = new Set([...snapshots.values()].map(({ place }) => place));
  for (const [key, value] of Object.entries(packages)) {
    const entry = membersOf(value);
    // The YAML reader leaves scalars as texts.
    if (entry['dev'] !== 'true' && !placed.has(withoutPeers(key))) {
      snapshots.set(key, snapshotOf(key, entry));
    }
  }
  return snapshots;
}

function snapshotOf(key: string, entry: Members): Snapshot {
  return {
    place: withoutPeers(key),
    dependencies: versionsOf(entry['dependencies']),
    optionalDependencies: versionsOf(entry['optionalDependencies']),
  };
}

function neededVersions(snapshot: Snapshot | undefined): readonly (readonly [string, string])[] {
  return snapshot === undefined
    ? []
    : [snapshot.dependencies, snapshot.optionalDependencies].flatMap((each) =>
        Object.entries(each),
      );
}

function requiresOf(variants: readonly Snapshot[]): string[] {
  const places = variants.flatMap((variant) =>
    neededVersions(variant).flatMap(([name, version]) => pnpmPlaces(name, withoutPeers(version))),
  );
  return [...new Set(places)];
}

function plainVersions(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  return Object.fromEntries(
    all.flatMap((versions) =>
      Object.entries(versions).map(([name, version]) => [name, withoutPeers(version)]),
    ),
  );
}

/** No roots for earlier locks, whose packages are marked. */
function rootsOf(
  document: Members,
  snapshots: ReadonlyMap<string, Snapshot>,
): ProjectRoots<string> {
  const importers = isRecord(document['snapshots']) ? membersOf(document['importers']) : {};
  const projects = Object.values(importers).map(membersOf);
  const rootsIn = (members: readonly string[]): string[] =>
    snapshotKeys(
      projects.flatMap((project) =>
        members.flatMap((member) =>
          Object.entries(membersOf(project[member])).map(
            ([name, wanted]) => [name, getText(membersOf(wanted), 'version')] as const,
          ),
        ),
      ),
      snapshots,
    );
  return {
    production: rootsIn(['dependencies', 'optionalDependencies']),
    development: rootsIn(['devDependencies']),
  };
}

function snapshotKeys(
  versions: readonly (readonly [string, string])[],
  snapshots: ReadonlyMap<string, Snapshot>,
): string[] {
  return versions.flatMap(([name, version]) =>
    pnpmPlaces(name, version).filter((place) => snapshots.has(place)),
  );
}

/**
 * Where a package may stand that is asked for under a name: what has another name there states it
 * with its version, and what comes from elsewhere is asked for by its place.
 */
function pnpmPlaces(name: string, wanted: string): readonly string[] {
  const alias = pnpmKey(wanted);
  const isAlias = /^[@/]|^[a-z][\w.-]*@\d/i.test(wanted) && alias.version !== '';
  return [isAlias ? `${alias.name}@${alias.version}` : `${name}@${wanted}`, wanted];
}

function identityOf(key: string, entry: Members): Omit<PnpmRecord, 'dependencies' | 'requires'> {
  const parsed = pnpmKey(key);
  const name = getText(entry, 'name');
  return {
    key: parsed,
    place: key,
    // A package from an archive, a repository or a folder states what it calls itself.
    name,
    version: name === '' && /^\d/.test(parsed.version) ? '' : getText(entry, 'version'),
    integrity: getText(membersOf(entry['resolution']), 'integrity'),
  };
}

function membersOf(value: unknown): Members {
  return isRecord(value) ? value : {};
}

function versionsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(membersOf(value)).flatMap(([name, version]) =>
      typeof version === 'string' ? [[name, version]] : [],
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
