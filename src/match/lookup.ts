import type {
  Advisory,
  AdvisoryDatabase,
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  RecordRef,
  SsvcDecision,
  VulnerabilityRecord,
  Weakness,
} from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';
import { LOOKUP_ENTRIES_MAX } from '../core/limits.ts';
import type { Scheme } from '../core/scheme.ts';
import { parseRange, type Range } from '../version/range.ts';

export interface CveFacts {
  readonly exploited: readonly ExploitedRecord[];
  readonly epss: EpssScore | undefined;
  readonly weaknesses: readonly Weakness[];
  readonly ssvc: readonly SsvcDecision[];
}

/**
 * Cached access to the database: each key is read once, however many packages need it, unless a
 * cache is full.
 */
export interface Lookup {
  findSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[];
  findPackage(ecosystem: string, name: string): readonly Advisory[];
  /** The same as the methods of the database, but cached. */
  hasSystemPackages(system: OperatingSystem, ecosystem: string): boolean;
  hasPackages(ecosystem: string): boolean;
  hasProducts(): boolean;
  findProduct(product: string): readonly Advisory[];
  readRecord(ref: RecordRef): VulnerabilityRecord;
  findRecord(provider: string, id: string): VulnerabilityRecord | undefined;
  /** Prefetches the places of records by their IDs. */
  locateRecords(provider: string, ids: readonly string[]): ReadonlyMap<string, RecordRef>;
  /** Prefetches the facts about vulnerabilities. */
  readFacts(cves: readonly string[]): void;
  /** Facts about a vulnerability from any source. */
  getFacts(cve: string): CveFacts;
  readonly architectureAliases: ReadonlyMap<string, string>;
  /** Returns the parsed range. */
  getRange(constraint: string, scheme: string): Range;
}

export function createLookup(
  database: AdvisoryDatabase,
  findScheme: (name: string) => Scheme<unknown> | undefined,
): Lookup {
  const systemPackages = remember<readonly Advisory[]>();
  const packages = remember<readonly Advisory[]>();
  const products = remember<readonly Advisory[]>();
  const held = remember<boolean>();
  const records = remember<VulnerabilityRecord>();
  const readRecord = (ref: RecordRef): VulnerabilityRecord =>
    records(`${ref.shard} ${ref.key}`, () => database.readRecord(ref));
  const readRemembered = remember<VulnerabilityRecord | undefined>();
  const located = new Map<string, RecordRef>();
  const facts = remember<CveFacts>();
  const ranges = new Map<string, ReturnType<typeof remember<Range>>>();
  return {
    findSystemPackage: (system, ecosystem, name) =>
      systemPackages(`${system.id} ${ecosystem} ${foldCase(name)}`, () =>
        database.findSystemPackage(system, ecosystem, name),
      ),
    findPackage: (ecosystem, name) =>
      packages(`${ecosystem} ${foldCase(name)}`, () => database.findPackage(ecosystem, name)),
    hasSystemPackages: (system, ecosystem) =>
      held(`${system.id} ${ecosystem}`, () => database.hasSystemPackages(system, ecosystem)),
    hasPackages: (ecosystem) => held(ecosystem, () => database.hasPackages(ecosystem)),
    hasProducts: () => held('', () => database.hasProducts()),
    findProduct: (product) => products(foldCase(product), () => database.findProduct(product)),
    readRecord,
    findRecord(provider, id) {
      const key = `${provider} ${foldCase(id)}`;
      return readRemembered(key, () => {
        const ref = located.get(key);
        return ref === undefined ? database.findRecord(provider, id) : readRecord(ref);
      });
    },
    locateRecords(provider, ids) {
      const found = database.locateRecords(provider, ids);
      if (located.size + found.size > LOOKUP_ENTRIES_MAX) {
        located.clear();
      }
      for (const [id, ref] of found) {
        located.set(`${provider} ${foldCase(id)}`, ref);
      }
      return found;
    },
    readFacts: (cves) => database.readFacts(cves),
    getFacts: (cve) =>
      facts(cve, () => ({
        exploited: database.readExploited(cve),
        epss: database.readEpss(cve),
        weaknesses: database.readWeaknesses(cve),
        ssvc: database.readSsvc(cve),
      })),
    architectureAliases: database.architectureAliases,
    getRange(constraint, scheme) {
      const ofScheme = ranges.get(scheme) ?? remember<Range>();
      ranges.set(scheme, ofScheme);
      return ofScheme(constraint, () => parseRange(constraint, findScheme(scheme)));
    },
  };
}

/** Creates a cache that starts anew if it is full, so that a long-running process stays small. */
function remember<Value>(): (key: string, read: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, read) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) {
      return found as Value;
    }
    const value = read();
    if (known.size >= LOOKUP_ENTRIES_MAX) {
      known.clear();
    }
    known.set(key, value);
    return value;
  };
}
