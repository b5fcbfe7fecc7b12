import type { Budget } from '../core/budget.ts';
import type {
  Assembly,
  AssemblyInput,
  DependencyEdge,
  Extraction,
  VisibleFact,
} from '../core/cataloger.ts';
import type { Limits } from '../core/limits.ts';
import { createLocation } from '../core/location.ts';
import type { OwnedFile, Package } from '../core/package.ts';
import type { ProblemNote } from '../core/problem.ts';
import { mergeLicenses, toDeclaredLicense } from '../identity/license/license.ts';

/** What a file says of one package. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  /** Line of the record, from 1; absent where the format has no lines of its own. */
  readonly line?: number;
  readonly licenses?: readonly string[];
  /** Names by which the file's other packages may ask for it; absent for its name alone. */
  readonly provides?: readonly string[];
  /** Names of packages of the same file that it needs. */
  readonly requires?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The fact of a file that lists packages, such as a lock file. */
export interface PackageList {
  readonly packages: readonly ListedPackage[];
}

/** What the cataloger knows of a package of its lists beyond what the file says. */
export interface ListedIdentity {
  readonly type: string;
  readonly language: string;
  readonly purl: string;
  readonly foundBy: string;
  readonly rule: string;
  /** 1 where absent. */
  readonly confidence?: number;
  /** Kind of the metadata; absent where there is none. */
  readonly kind?: string;
  readonly ownedFiles?: readonly OwnedFile[];
  /** Besides those that the file states. */
  readonly licenses?: readonly string[];
}

export type Identify = (listed: ListedPackage, visible: VisibleFact<PackageList>) => ListedIdentity;

/** What the records of a list say, and what was wrong with them. */
interface RecordsRead<Listed> {
  readonly packages: readonly Listed[];
  readonly problems: readonly ProblemNote[];
}

/**
 * Reads the records of a list, one at a time: `read` gives `undefined` for one that has no name or
 * no version, which costs that record only. `noun` is what a record is called in messages.
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

/** As {@link readListRecords}, of packages that are no more than what all lists say of them. */
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
 * One package for each name and version, the first entry of it, with what all its entries provide
 * and require. `toKey` tells packages apart that share both.
 */
export function onePerVersion(
  packages: readonly ListedPackage[],
  keyOf: (listed: ListedPackage) => string = ({ name, version }) => `${name}\0${version}`,
): ListedPackage[] {
  return [...Map.groupBy(packages, keyOf).values()].flatMap(together);
}

function together(entries: readonly ListedPackage[]): readonly ListedPackage[] {
  const [first] = entries;
  if (first === undefined || entries.length === 1) {
    return entries;
  }
  const provides = joined(entries.map((entry) => entry.provides));
  const requires = joined(entries.map((entry) => entry.requires));
  return [
    {
      ...first,
      ...(provides === undefined ? {} : { provides }),
      ...(requires === undefined ? {} : { requires }),
    },
  ];
}

/** Each once; absent if no entry states any. */
function joined(lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const stated = lists.filter((list) => list !== undefined);
  return stated.length < 2 ? stated[0] : [...new Set(stated.flat())];
}

/** The answer for a file that is not of its format at all. */
export function malformedList(message: string): Extraction<PackageList> {
  return { problems: [{ code: 'P_MALFORMED', message }] };
}

/** Makes packages of lists, and edges between the packages of one file. */
export function assemblePackageLists(
  { facts, budget }: AssemblyInput<PackageList>,
  identify: Identify,
): Assembly {
  const packages: Package[] = [];
  const dependencies: DependencyEdge[] = [];
  for (const visible of facts) {
    const made = visible.fact.packages.map((listed) =>
      packageOf(listed, visible, identify(listed, visible)),
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
 * A name that more packages share does not tell which of them is meant; so a file costs no more
 * than its length.
 */
const NAMESAKES_MAX = 32;

/**
 * Places in the list: `from` is needed by `to`. Each pair comes once; those beyond the budget are
 * left out.
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

function packageOf(
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
