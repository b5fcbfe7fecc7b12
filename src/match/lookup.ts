import type {
  Advisory,
  AdvisoryDatabase,
  EpssScore,
  ExploitedRecord,
  OperatingSystem,
  RecordRef,
  VulnerabilityRecord,
  Weakness,
} from '../core/advisory.ts';
import { foldCase } from '../core/fold-case.ts';
import type { Scheme } from '../core/scheme.ts';
import { parseRange, type Range } from '../version/range.ts';

export interface CveFacts {
  readonly exploited: readonly ExploitedRecord[];
  readonly epss: EpssScore | undefined;
  readonly weaknesses: readonly Weakness[];
}

/** The database, each key of which is read once however many packages ask for it. */
export interface Lookup {
  ofSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[];
  ofPackage(ecosystem: string, name: string): readonly Advisory[];
  /** As the methods of the database, each asked once. */
  hasSystemPackages(system: OperatingSystem, ecosystem: string): boolean;
  hasPackages(ecosystem: string): boolean;
  hasProducts(): boolean;
  ofProduct(product: string): readonly Advisory[];
  record(ref: RecordRef): VulnerabilityRecord;
  recordOf(provider: string, id: string): VulnerabilityRecord | undefined;
  /** Finds out at once where the records lie that are about to be asked for, by their ids. */
  locateRecords(provider: string, ids: readonly string[]): ReadonlyMap<string, RecordRef>;
  /** Reads at once what is known of the vulnerabilities that are about to be asked for. */
  readFacts(cves: readonly string[]): void;
  /** What is known of a vulnerability, whoever tells of it. */
  facts(cve: string): CveFacts;
  readonly architectureAliases: ReadonlyMap<string, string>;
  /** A range's text taken apart. */
  range(constraint: string, scheme: string): Range;
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
  const record = (ref: RecordRef): VulnerabilityRecord =>
    records(`${ref.shard} ${ref.number}`, () => database.readRecord(ref));
  const recordsOf = remember<VulnerabilityRecord | undefined>();
  const located = new Map<string, RecordRef>();
  const facts = remember<CveFacts>();
  const ranges = new Map<string, ReturnType<typeof remember<Range>>>();
  return {
    ofSystemPackage: (system, ecosystem, name) =>
      systemPackages(`${system.id} ${ecosystem} ${foldCase(name)}`, () =>
        database.findSystemPackage(system, ecosystem, name),
      ),
    ofPackage: (ecosystem, name) =>
      packages(`${ecosystem} ${foldCase(name)}`, () => database.findPackage(ecosystem, name)),
    hasSystemPackages: (system, ecosystem) =>
      held(`${system.id} ${ecosystem}`, () => database.hasSystemPackages(system, ecosystem)),
    hasPackages: (ecosystem) => held(ecosystem, () => database.hasPackages(ecosystem)),
    hasProducts: () => held('', () => database.hasProducts()),
    ofProduct: (product) => products(foldCase(product), () => database.findProduct(product)),
    record,
    recordOf(provider, id) {
      const key = `${provider} ${foldCase(id)}`;
      return recordsOf(key, () => {
        const ref = located.get(key);
        return ref === undefined ? database.findRecord(provider, id) : record(ref);
      });
    },
    locateRecords(provider, ids) {
      const found = database.locateRecords(provider, ids);
      for (const [id, ref] of found) {
        located.set(`${provider} ${foldCase(id)}`, ref);
      }
      return found;
    },
    readFacts: (cves) => database.readFacts(cves),
    facts: (cve) =>
      facts(cve, () => ({
        exploited: database.readExploited(cve),
        epss: database.readEpss(cve),
        weaknesses: database.readWeaknesses(cve),
      })),
    architectureAliases: database.architectureAliases,
    range(constraint, scheme) {
      const ofScheme = ranges.get(scheme) ?? remember<Range>();
      ranges.set(scheme, ofScheme);
      return ofScheme(constraint, () => parseRange(constraint, findScheme(scheme)));
    },
  };
}

function remember<Value>(): (key: string, read: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, read) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) {
      return found as Value;
    }
    const value = read();
    known.set(key, value);
    return value;
  };
}
