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
import { parseRange, type Range } from '../version/range.ts';
import type { Quirks } from './parity/quirks.data.ts';
import { schemeFor } from './scheme-for.ts';

/** The database, each key of which is read once however many packages ask for it. */
export interface Lookup {
  ofSystemPackage(system: OperatingSystem, ecosystem: string, name: string): readonly Advisory[];
  ofPackage(ecosystem: string, name: string): readonly Advisory[];
  ofProduct(product: string): readonly Advisory[];
  record(ref: RecordRef): VulnerabilityRecord;
  recordOf(provider: string, id: string): VulnerabilityRecord | undefined;
  /** Finds out at once where the records lie that are about to be asked for. */
  locateRecords(provider: string, ids: readonly string[]): void;
  /** Reads at once what is known of the vulnerabilities that are about to be asked for. */
  readFacts(cves: readonly string[]): void;
  exploited(cve: string): readonly ExploitedRecord[];
  epss(cve: string): EpssScore | undefined;
  weaknesses(cve: string): readonly Weakness[];
  readonly architectureAliases: ReadonlyMap<string, string>;
  /** A range's text taken apart. */
  range(constraint: string, scheme: string): Range;
}

export function createLookup(database: AdvisoryDatabase, quirks: Quirks): Lookup {
  const systemPackages = remember<readonly Advisory[]>();
  const packages = remember<readonly Advisory[]>();
  const products = remember<readonly Advisory[]>();
  const records = remember<VulnerabilityRecord>();
  const recordsOf = remember<VulnerabilityRecord | undefined>();
  const exploited = remember<readonly ExploitedRecord[]>();
  const epss = remember<EpssScore | undefined>();
  const weaknesses = remember<readonly Weakness[]>();
  const ranges = remember<Range>();
  return {
    ofSystemPackage: (system, ecosystem, name) =>
      systemPackages(`${system.id} ${ecosystem} ${foldCase(name)}`, () =>
        database.ofSystemPackage(system, ecosystem, name),
      ),
    ofPackage: (ecosystem, name) =>
      packages(`${ecosystem} ${foldCase(name)}`, () => database.ofPackage(ecosystem, name)),
    ofProduct: (product) => products(foldCase(product), () => database.ofProduct(product)),
    record: (ref) => records(`${ref.shard} ${ref.number}`, () => database.record(ref)),
    recordOf: (provider, id) =>
      recordsOf(`${provider} ${foldCase(id)}`, () => database.recordOf(provider, id)),
    locateRecords: (provider, ids) => database.locateRecords(provider, ids),
    readFacts: (cves) => database.readFacts(cves),
    exploited: (cve) => exploited(foldCase(cve), () => database.exploited(cve)),
    epss: (cve) => epss(foldCase(cve), () => database.epss(cve)),
    weaknesses: (cve) => weaknesses(foldCase(cve), () => database.weaknesses(cve)),
    architectureAliases: database.architectureAliases,
    range: (constraint, scheme) =>
      ranges(`${scheme} ${constraint}`, () => parseRange(constraint, schemeFor(scheme, quirks))),
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
