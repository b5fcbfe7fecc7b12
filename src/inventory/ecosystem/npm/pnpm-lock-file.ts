import { addToList } from '../../../foundation/core/add-to-list.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { createProductionTest, type ProjectRoots } from '../production-set.ts';

type Members = Readonly<Record<string, unknown>>;

export interface PnpmKey {
  readonly name: string;
  readonly version: string;
}

/** A package of `pnpm-lock.yaml`; missing strings are empty. */
export interface PnpmRecord {
  readonly key: PnpmKey;
  /** The key as written, by which other packages may refer to it. */
  readonly place: string;
  /** Only if the key has a location instead of a name. */
  readonly name: string;
  /** Only if the key has a location instead of a version. */
  readonly version: string;
  readonly integrity: string;
  /** Versions by name, without their peers. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Keys of all its requirements, for each set of peers with which it is installed. */
  readonly requires: readonly string[];
}

/** A package as installed with one set of peers. */
interface Snapshot {
  /** Key of the package, without the peers. */
  readonly place: string;
  /** Versions by name, each with its own peers. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/**
 * Returns the packages of a document of any version, without development packages. Since version 9,
 * requirements are in a snapshot for each set of peers, and packages are not marked: packages that
 * only development dependencies of the projects lead to are dropped. Snapshots are kept separate
 * until then, because one set of peers may be for development and another for production.
 */
export function listPnpmRecords(document: Members): PnpmRecord[] {
  const packages = toMembers(document['packages']);
  const snapshots = mapSnapshots(packages, toMembers(document['snapshots']));
  const isOnBoard = createProductionTest(findProjectRoots(document, snapshots), (key) =>
    findSnapshotKeys(listNeededVersions(snapshots.get(key)), snapshots),
  );
  const kept = new Map<string, Snapshot[]>();
  for (const [key, snapshot] of snapshots) {
    if (isOnBoard(key)) {
      addToList(kept, snapshot.place, snapshot);
    }
  }
  const records = new Map<string, PnpmRecord>();
  for (const [text, value] of Object.entries(packages)) {
    const place = stripPeers(text);
    const variants = kept.get(place);
    if (variants !== undefined && !records.has(place)) {
      records.set(place, {
        ...readIdentity(place, toMembers(value)),
        dependencies: mergePlainVersions(variants.map(({ dependencies }) => dependencies)),
        requires: listRequiredKeys(variants),
      });
    }
  }
  return [...records.values()];
}

/** Earlier locks state the requirements in the package, and mark development packages. */
function mapSnapshots(packages: Members, stated: Members): ReadonlyMap<string, Snapshot> {
  const snapshots = new Map<string, Snapshot>();
  for (const [key, value] of Object.entries(stated)) {
    snapshots.set(key, toSnapshot(key, toMembers(value)));
  }
  const placed = new Set([...snapshots.values()].map(({ place }) => place));
  for (const [key, value] of Object.entries(packages)) {
    const entry = toMembers(value);
    // The YAML reader leaves scalars as strings.
    if (entry['dev'] !== 'true' && !placed.has(stripPeers(key))) {
      snapshots.set(key, toSnapshot(key, entry));
    }
  }
  return snapshots;
}

function toSnapshot(key: string, entry: Members): Snapshot {
  return {
    place: stripPeers(key),
    dependencies: readVersions(entry['dependencies']),
    optionalDependencies: readVersions(entry['optionalDependencies']),
  };
}

function listNeededVersions(
  snapshot: Snapshot | undefined,
): readonly (readonly [string, string])[] {
  return snapshot === undefined
    ? []
    : [snapshot.dependencies, snapshot.optionalDependencies].flatMap((each) =>
        Object.entries(each),
      );
}

function listRequiredKeys(variants: readonly Snapshot[]): string[] {
  const places = variants.flatMap((variant) =>
    listNeededVersions(variant).flatMap(([name, version]) =>
      listCandidateKeys(name, stripPeers(version)),
    ),
  );
  return [...new Set(places)];
}

function mergePlainVersions(
  all: readonly Readonly<Record<string, string>>[],
): Record<string, string> {
  return Object.fromEntries(
    all.flatMap((versions) =>
      Object.entries(versions).map(([name, version]) => [name, stripPeers(version)]),
    ),
  );
}

/** Returns no roots for earlier locks, whose packages are marked. */
function findProjectRoots(
  document: Members,
  snapshots: ReadonlyMap<string, Snapshot>,
): ProjectRoots<string> {
  const importers = isRecord(document['snapshots']) ? toMembers(document['importers']) : {};
  const projects = Object.values(importers).map(toMembers);
  const listRootKeys = (members: readonly string[]): string[] =>
    findSnapshotKeys(
      projects.flatMap((project) =>
        members.flatMap((member) =>
          Object.entries(toMembers(project[member])).map(
            ([name, wanted]) => [name, getText(toMembers(wanted), 'version')] as const,
          ),
        ),
      ),
      snapshots,
    );
  // The first document of a lock has the pnpm that the project requests, and packages with its
  // configuration, which every installation has.
  return {
    production: listRootKeys(['dependencies', 'optionalDependencies', 'configDependencies']),
    development: listRootKeys(['devDependencies', 'packageManagerDependencies']),
  };
}

function findSnapshotKeys(
  versions: readonly (readonly [string, string])[],
  snapshots: ReadonlyMap<string, Snapshot>,
): string[] {
  return versions.flatMap(([name, version]) =>
    listCandidateKeys(name, version).filter((place) => snapshots.has(place)),
  );
}

/**
 * Returns possible keys of a package that is requested by name. An alias states the real name with
 * the version; packages from other sources are requested by their location.
 */
function listCandidateKeys(name: string, wanted: string): readonly string[] {
  const alias = parsePnpmKey(wanted);
  const isAlias = /^[@/]|^[a-z][\w.-]*@\d/i.test(wanted) && alias.version !== '';
  return [isAlias ? `${alias.name}@${alias.version}` : `${name}@${wanted}`, wanted];
}

function readIdentity(key: string, entry: Members): Omit<PnpmRecord, 'dependencies' | 'requires'> {
  const parsed = parsePnpmKey(key);
  const name = getText(entry, 'name');
  return {
    key: parsed,
    place: key,
    // A package from an archive, a repository or a directory states its own name.
    name,
    version: name === '' && /^\d/.test(parsed.version) ? '' : getText(entry, 'version'),
    integrity: getText(toMembers(entry['resolution']), 'integrity'),
  };
}

function toMembers(value: unknown): Members {
  return isRecord(value) ? value : {};
}

function readVersions(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(toMembers(value)).flatMap(([name, version]) =>
      typeof version === 'string' ? [[name, version]] : [],
    ),
  );
}

/**
 * Version 6 and later have the peers in parentheses, earlier ones after an underscore:
 * `/react-dom/17.0.2_react@17.0.2`.
 */
function stripPeers(text: string): string {
  const [plain = ''] = text.split('(', 1);
  return plain.replace(/^((?:.*\/)?\d[^/_]*)_[^/]*$/, '$1');
}

/**
 * Parses `name@version`, `/name@version`, or `/name/version` of the first locks, which begin with
 * the host instead of the slash for other registries. Names have scopes.
 */
function parsePnpmKey(text: string): PnpmKey {
  const path = text.replace(/^\//, '').replace(/^[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}\/(?=.*\/)/, '');
  const at = path.indexOf('@', 1);
  if (at > 0) {
    return { name: path.slice(0, at), version: path.slice(at + 1) };
  }
  const slash = path.lastIndexOf('/');
  return { name: path.slice(0, Math.max(slash, 0)), version: path.slice(slash + 1) };
}
