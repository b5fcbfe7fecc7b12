import { addToList } from '../../../foundation/core/add-to-list.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  VisibleFact,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { License, Location, OwnedFile, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { toCpanPurl, toDistributionName } from '../../ecosystem/perl/distribution.ts';
import { resolveRequirements } from '../../ecosystem/resolve-requirements.ts';
import { extractPerlFact, PERL_WANTS, type PerlFact, type PerlRecord } from './perl-fact.ts';

/**
 * Installed CPAN distributions, by the records of cpanm and cpm, by Perl's own installation log
 * with the file lists beside it, and by remains of their builds. Modules that come with Perl have
 * no record.
 */
export const perlInstalled: Cataloger<PerlFact> = {
  id: 'perl-installed',
  alias: 'perl-installed-cataloger',
  version: 1,
  title: 'Installed CPAN distributions',
  spec: 'https://metacpan.org/pod/CPAN::Meta::Spec',
  tags: ['directory', 'image', 'installed', 'language', 'package', 'perl'],
  can: { licenses: 'partly', dependencies: 'partly', ownedFiles: 'partly' },
  isOwnable: true,
  wants: PERL_WANTS,
  extract: extractPerlFact,
  assemble,
};

/** Records of a distribution, the best first. */
interface Installed {
  readonly name: string;
  readonly version: string;
  readonly author: string;
  readonly licenses: readonly string[];
  readonly modules: readonly string[];
  readonly requires: readonly string[];
  readonly rule: string;
  readonly confidence: number;
  readonly locations: readonly Location[];
  readonly files: readonly string[];
}

const RULES: ReadonlyMap<string, { readonly rule: string; readonly confidence: number }> = new Map(
  Object.entries({
    install: { rule: 'the install record that cpanm wrote', confidence: 1 },
    mymeta: { rule: 'the metadata of an installed distribution', confidence: 1 },
    log: { rule: 'an entry in the installation log of Perl', confidence: 0.95 },
    build: { rule: 'the metadata in the build directory of a distribution', confidence: 0.6 },
  }),
);

function assemble({ facts, budget }: AssemblyInput<PerlFact>): Assembly {
  const installed = new Map<string, Installed[]>();
  for (const role of RULES.keys()) {
    for (const visible of facts.filter((each) => each.role === role)) {
      for (const record of getRecords(visible.fact)) {
        addToList(installed, `${record.name}\0${record.version}`, readRecord(record, visible));
      }
    }
  }
  const lists = groupPacklists(facts);
  const made = [...installed.values()]
    .flatMap(mergeRecords)
    .sort((left, right) => compareText(left.name, right.name))
    .map((each) => ({ each, made: toPerlPackage(withFiles(each, lists)) }));
  return {
    packages: made.map((item) => item.made),
    dependencies: resolveRequirements(
      made.map((item) => ({
        item: item.made,
        provides: [item.each.name, ...item.each.modules.map(toDistributionName)],
        requires: item.each.requires.map(toDistributionName),
      })),
      budget,
    ),
  };
}

function getRecords(fact: PerlFact): readonly PerlRecord[] {
  return fact.kind === 'records' ? fact.records : [];
}

function readRecord(record: PerlRecord, visible: VisibleFact<PerlFact>): Installed {
  const location = createLocation(visible, { line: record.line });
  const { rule, confidence } = RULES.get(visible.role) ?? { rule: '', confidence: 0 };
  return { ...record, rule, confidence, locations: [location], files: [] };
}

/** Later records are worse: they only add data that better ones lack. */
function mergeRecords(records: readonly Installed[]): Installed[] {
  const [best, ...others] = records;
  if (best === undefined) {
    return [];
  }
  const isListed = (list: readonly string[]): boolean => list.length > 0;
  return [
    {
      ...best,
      author: records.find(({ author }) => author !== '')?.author ?? '',
      licenses: records.map(({ licenses }) => licenses).find(isListed) ?? [],
      modules: [...new Set(records.flatMap(({ modules }) => modules))],
      requires: records.map(({ requires }) => requires).find(isListed) ?? [],
      locations: [
        ...best.locations,
        ...others.flatMap(({ locations }) =>
          locations.map((location) => ({ ...location, evidence: 'supporting' as const })),
        ),
      ],
    },
  ];
}

type Packlists = ReadonlyMap<string, readonly VisibleFact<PerlFact>[]>;

/** `auto/Foo/Bar/.packlist` lists the files of `Foo-Bar`. */
function groupPacklists(facts: readonly VisibleFact<PerlFact>[]): Packlists {
  return Map.groupBy(
    facts.filter(({ fact }) => fact.kind === 'files'),
    ({ path }) => (/\/auto\/(.+)\/\.packlist$/.exec(path)?.[1] ?? '').replaceAll('/', '-'),
  );
}

/**
 * If a distribution is installed in several places, the version that a list belongs to is unknown.
 */
function withFiles(installed: Installed, lists: Packlists): Installed {
  const [list, ...others] = lists.get(installed.name) ?? [];
  if (list === undefined || others.length > 0 || list.fact.kind !== 'files') {
    return installed;
  }
  const location = createLocation(list, { evidence: 'supporting' });
  return {
    ...installed,
    files: list.fact.files,
    locations: [...installed.locations, location],
  };
}

function toPerlPackage(installed: Installed): Package {
  const { name, version, author, rule, confidence, locations, files } = installed;
  return {
    name,
    version,
    type: 'perl',
    language: 'perl',
    purl: toCpanPurl(name, version, author),
    foundBy: perlInstalled.id,
    rule,
    confidence,
    locations,
    licenses: toPerlLicenses(installed),
    cpes: [],
    upstreams: [],
    ownedFiles: files.map((path): OwnedFile => ({ path })),
  };
}

/** License names of the metadata specification that differ from SPDX. */
const LICENSES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    agpl_3: 'AGPL-3.0-only',
    apache_1_1: 'Apache-1.1',
    apache_2_0: 'Apache-2.0',
    artistic_1: 'Artistic-1.0',
    artistic_2: 'Artistic-2.0',
    bsd: 'BSD-3-Clause',
    freebsd: 'BSD-2-Clause',
    gpl_1: 'GPL-1.0-only',
    gpl_2: 'GPL-2.0-only',
    gpl_3: 'GPL-3.0-only',
    lgpl_2_1: 'LGPL-2.1-only',
    lgpl_3_0: 'LGPL-3.0-only',
    mit: 'MIT',
    mozilla_1_0: 'MPL-1.0',
    mozilla_1_1: 'MPL-1.1',
    perl_5: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
    zlib: 'Zlib',
  }),
);

function toPerlLicenses({ licenses, locations }: Installed): License[] {
  return mergeLicenses(
    licenses
      .filter((name) => name !== 'unknown')
      .map((name) =>
        toDeclaredLicense(LICENSES.get(name) ?? name, { locations: locations.slice(0, 1) }),
      ),
  );
}
