import type { Advisory, AdvisoryDatabase } from '../core/advisory.ts';
import { formatSystemVersion } from '../core/system-version.ts';

/** One looked-up key, with the statements under it. */
export interface Lookup {
  /** For a person, e.g. `debian 12 / deb / openssl`. */
  readonly key: string;
  readonly advisories: readonly Advisory[];
}

/** Wraps a database and records its look-ups. Closing it does not close the wrapped one. */
export function recordLookups(database: AdvisoryDatabase): {
  readonly database: AdvisoryDatabase;
  readonly lookups: readonly Lookup[];
} {
  const lookups: Lookup[] = [];
  const record = (key: string, advisories: readonly Advisory[]): readonly Advisory[] => {
    lookups.push({ key, advisories });
    return advisories;
  };
  return {
    lookups,
    database: {
      description: database.description,
      architectureAliases: database.architectureAliases,
      listReleases: (distro, channel) => database.listReleases(distro, channel),
      listOwnReleases: (distro, channel) => database.listOwnReleases(distro, channel),
      getCoverage: (system) => database.getCoverage(system),
      countMostStatements: (system) => database.countMostStatements(system),
      findLifecycle: (distro) => database.findLifecycle(distro),
      listLifecycles: () => database.listLifecycles(),
      hasSystemPackages: (system, ecosystem) => database.hasSystemPackages(system, ecosystem),
      hasPackages: (ecosystem) => database.hasPackages(ecosystem),
      hasProducts: () => database.hasProducts(),
      findSystemPackage: (system, ecosystem, name) =>
        record(
          `${system.name} ${formatSystemVersion(system)} / ${ecosystem} / ${name}`,
          database.findSystemPackage(system, ecosystem, name),
        ),
      findPackage: (ecosystem, name) =>
        record(`${ecosystem} / ${name}`, database.findPackage(ecosystem, name)),
      findProduct: (product) => record(`product / ${product}`, database.findProduct(product)),
      readRecord: (ref) => database.readRecord(ref),
      findRecord: (provider, id) => database.findRecord(provider, id),
      locateRecords: (provider, ids) => database.locateRecords(provider, ids),
      readFacts: (cves) => database.readFacts(cves),
      readExploited: (cve) => database.readExploited(cve),
      readEpss: (cve) => database.readEpss(cve),
      readWeaknesses: (cve) => database.readWeaknesses(cve),
      readSsvc: (cve) => database.readSsvc(cve),
      listUsedProviders: () => database.listUsedProviders(),
      listMissingShards: () => database.listMissingShards(),
      [Symbol.dispose]: () => {},
    },
  };
}
