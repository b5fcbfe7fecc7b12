import type { Advisory, AdvisoryDatabase, OperatingSystem } from '../core/advisory.ts';

/** One key that was asked for, and what lay under it. */
export interface LookedUp {
  /** As people read it, e.g. `debian 12 / deb / openssl`. */
  readonly key: string;
  readonly advisories: readonly Advisory[];
}

/** A database that remembers what it was asked. Closing it does not close the one behind. */
export function recordLookups(database: AdvisoryDatabase): {
  readonly database: AdvisoryDatabase;
  readonly lookedUp: readonly LookedUp[];
} {
  const lookedUp: LookedUp[] = [];
  const record = (key: string, advisories: readonly Advisory[]): readonly Advisory[] => {
    lookedUp.push({ key, advisories });
    return advisories;
  };
  return {
    lookedUp,
    database: {
      description: database.description,
      architectureAliases: database.architectureAliases,
      releasesOf: (distro, channel) => database.releasesOf(distro, channel),
      ownReleasesOf: (distro, channel) => database.ownReleasesOf(distro, channel),
      coverageOf: (system) => database.coverageOf(system),
      mostStatementsOf: (system) => database.mostStatementsOf(system),
      lifecycleOf: (distro) => database.lifecycleOf(distro),
      hasSystemPackages: (system, ecosystem) => database.hasSystemPackages(system, ecosystem),
      hasPackages: (ecosystem) => database.hasPackages(ecosystem),
      hasProducts: () => database.hasProducts(),
      ofSystemPackage: (system, ecosystem, name) =>
        record(
          `${system.name} ${releaseOf(system)} / ${ecosystem} / ${name}`,
          database.ofSystemPackage(system, ecosystem, name),
        ),
      ofPackage: (ecosystem, name) =>
        record(`${ecosystem} / ${name}`, database.ofPackage(ecosystem, name)),
      ofProduct: (product) => record(`product / ${product}`, database.ofProduct(product)),
      record: (ref) => database.record(ref),
      recordOf: (provider, id) => database.recordOf(provider, id),
      locateRecords: (provider, ids) => database.locateRecords(provider, ids),
      readFacts: (cves) => database.readFacts(cves),
      exploited: (cve) => database.exploited(cve),
      epss: (cve) => database.epss(cve),
      weaknesses: (cve) => database.weaknesses(cve),
      [Symbol.dispose]: () => {},
    },
  };
}

function releaseOf({ majorVersion, minorVersion, label }: OperatingSystem): string {
  return [majorVersion, minorVersion].filter(Boolean).join('.') || label;
}
