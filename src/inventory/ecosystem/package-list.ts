import { appendAll } from '../../foundation/core/append-all.ts';
import type { Budget } from '../../foundation/core/budget.ts';
import type {
  Assembly,
  AssemblyInput,
  DependencyEdge,
  Extraction,
  VisibleFact,
} from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { createLocation } from '../../foundation/core/location.ts';
import type { OwnedFile, Package } from '../../foundation/core/package.ts';
import type { ProblemNote } from '../../foundation/core/problem.ts';
import { mergeLicenses, toDeclaredLicense } from '../../foundation/identity/license/license.ts';

/** One package in a file. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  /** Line of the record, from 1; absent if the format has no lines of its own. */
  readonly line?: number;
  readonly licenses?: readonly string[];
  /** Names by which other packages of the file may refer to it; if absent, only its name. */
  readonly provides?: readonly string[];
  /** Names of packages of the same file that it requires. */
  readonly requires?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The fact of a file that lists packages, such as a lock file. */
export interface PackageList {
  readonly packages: readonly ListedPackage[];
}

/** Properties of a listed package that the cataloger adds to those in the file. */
export interface ListedIdentity {
  readonly type: string;
  readonly language: string;
  readonly purl: string;
  readonly foundBy: string;
  readonly rule: string;
  /** 1 if absent. */
  readonly confidence?: number;
  /** Kind of the metadata; absent if there is none. */
  readonly kind?: string;
  readonly ownedFiles?: readonly OwnedFile[];
  /** In addition to those that the file states. */
  readonly licenses?: readonly string[];
}

export type Identify = (listed: ListedPackage, visible: VisibleFact<PackageList>) => ListedIdentity;

/** The records of a list, and the problems with them. */
interface RecordsRead<Listed> {
  readonly packages: readonly Listed[];
  readonly problems: readonly ProblemNote[];
}

/**
 * Reads the records of a list one by one: `read` returns `undefined` for a record without a name or
 * version, and only that record is skipped. `noun` is the word for a record in messages.
 */
export function readListRecords<Record, Listed>(
  records: readonly Record[],
  noun: string,
  limits: Limits,
  read: (record: Record, index: number) => Listed | undefined,
): RecordsRead<Listed> {
  const packages: Listed[] = [];
  const problems: ProblemNote[] = [];
  for (const [index, record] of records.slice(0, limits.recordsMax).entries()) {
    const listed = read(record, index);
    if (listed === undefined) {
      const message = `${noun} ${index + 1} was left out: it has no name or no version`;
      problems.push({ code: 'P_RECORD', message });
    } else {
      packages.push(listed);
    }
  }
  if (records.length > limits.recordsMax) {
    problems.push({
      code: 'P_LIMIT',
      message: `the file has more records (${noun}) than recordsMax allows`,
    });
  }
  return { packages, problems };
}

/** Calls {@link readListRecords} for packages without further properties. */
export function readPackageList<Record>(
  records: readonly Record[],
  noun: string,
  limits: Limits,
  read: (record: Record, index: number) => ListedPackage | undefined,
): Required<Omit<Extraction<PackageList>, 'deferred'>> {
  const { packages, problems } = readListRecords(records, noun, limits, read);
  return { fact: { packages }, problems };
}

/**
 * Merges entries of the same name and version into the first one, with everything that any of them
 * provides and requires. `keysByPackage` distinguishes packages with the same name and version.
 */
export function mergeSameVersions(
  packages: readonly ListedPackage[],
  keyOf: (listed: ListedPackage) => string = ({ name, version }) => `${name}\0${version}`,
): ListedPackage[] {
  return [...Map.groupBy(packages, keyOf).values()].flatMap(mergeEntries);
}

function mergeEntries(entries: readonly ListedPackage[]): readonly ListedPackage[] {
  const [first] = entries;
  if (first === undefined || entries.length === 1) {
    return entries;
  }
  const provides = uniteLists(entries.map((entry) => entry.provides));
  const requires = uniteLists(entries.map((entry) => entry.requires));
  return [
    {
      ...first,
      ...defined({ provides, requires }),
    },
  ];
}

/** Each once; absent if no entry states any. */
function uniteLists(
  lists: readonly (readonly string[] | undefined)[],
): readonly string[] | undefined {
  const stated = lists.filter((list) => list !== undefined);
  return stated.length < 2 ? stated[0] : [...new Set(stated.flat())];
}

/** Returns the names that packages require, by each name that the packages provide. */
export function groupRequirements(
  packages: readonly ListedPackage[],
): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const { name, provides = [name], requires = [] } of packages) {
    for (const provided of provides) {
      const known = byName.get(provided) ?? [];
      byName.set(provided, known);
      appendAll(known, requires);
    }
  }
  return byName;
}

/** Returns the result for a file in an invalid format. */
export function createMalformedList(message: string): Extraction<PackageList> {
  return { problems: [{ code: 'P_MALFORMED', message }] };
}

/** Creates packages from lists, and edges between the packages of one file. */
export function assemblePackageLists(
  { facts, budget }: AssemblyInput<PackageList>,
  identify: Identify,
): Assembly {
  const packages: Package[] = [];
  const dependencies: DependencyEdge[] = [];
  for (const visible of facts) {
    const made = visible.fact.packages.map((listed) =>
      createListedPackage(listed, visible, identify(listed, visible)),
    );
    for (const each of made) {
      packages.push(each);
    }
    const edges = listEdges(visible.fact.packages, budget);
    if (!budget.hasRoom('dependenciesMax', dependencies.length + edges.length)) {
      continue;
    }
    for (const { from, to } of edges) {
      const [needed, dependent] = [made[from], made[to]];
      if (needed !== undefined && dependent !== undefined) {
        dependencies.push({ from: needed, to: dependent });
      }
    }
  }
  return { packages, dependencies };
}

/**
 * If more packages share a name, it is ambiguous. The limit keeps the cost linear in the size of
 * the file.
 */
const NAMESAKES_MAX = 32;

/**
 * Returns edges between places in the list: `from` is needed by `to`. Pairs are unique; those
 * beyond the budget are dropped.
 */
export function listEdges(
  packages: readonly ListedPackage[],
  budget: Budget,
): { readonly from: number; readonly to: number }[] {
  const places = new Map<string, Set<number>>();
  for (const [place, { name, provides = [name] }] of packages.entries()) {
    for (const provided of provides) {
      const known = places.get(provided);
      if (known === undefined) {
        places.set(provided, new Set([place]));
      } else if (known.size <= NAMESAKES_MAX) {
        known.add(place);
      }
    }
  }
  let count = 0;
  return packages.flatMap(({ requires = [] }, to) => {
    const needed = new Set<number>();
    for (const name of requires) {
      const found = places.get(name);
      const isClear = found !== undefined && found.size <= NAMESAKES_MAX;
      if (isClear && budget.takeCandidates(found.size)) {
        for (const place of found) {
          needed.add(place);
        }
      }
    }
    needed.delete(to);
    count += needed.size;
    const isFit = budget.hasRoom('dependenciesMax', count);
    return isFit ? [...needed].map((from) => ({ from, to })) : [];
  });
}

function createListedPackage(
  listed: ListedPackage,
  { path, layer }: VisibleFact<PackageList>,
  identity: ListedIdentity,
): Package {
  const { name, version, line, licenses = [], metadata } = listed;
  const { type, language, purl, foundBy, rule, confidence = 1, kind } = identity;
  const location = createLocation({ path, layer }, { line });
  return {
    name,
    version,
    type,
    language,
    purl,
    foundBy,
    rule,
    confidence,
    locations: [location],
    licenses: mergeLicenses(
      [...licenses, ...(identity.licenses ?? [])].map((value) =>
        toDeclaredLicense(value, { locations: [location] }),
      ),
    ),
    cpes: [],
    upstreams: [],
    ownedFiles: identity.ownedFiles ?? [],
    ...(kind === undefined ? {} : { metadata: { kind, value: metadata ?? {} } }),
  };
}
