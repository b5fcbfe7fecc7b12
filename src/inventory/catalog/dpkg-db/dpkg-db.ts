import { appendAll } from '../../../foundation/core/append-all.ts';
import type {
  AssemblyInput,
  Cataloger,
  FileView,
  VisibleFact,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Digest } from '../../../foundation/core/digest.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { findLayerOfLastChange } from '../../../foundation/core/layer-of-last-change.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { License, Location, OwnedFile, Package } from '../../../foundation/core/package.ts';
import {
  mergeLicenses,
  splitLicenseField,
  toDeclaredLicense,
} from '../../../foundation/identity/license/license.ts';
import { concludeLicenses } from '../../../foundation/identity/license/license-file.ts';
import {
  type DpkgFile,
  type DpkgRecord,
  toDpkgMetadata,
  toDpkgPurl,
  toDpkgUpstreams,
} from '../../ecosystem/dpkg/dpkg-record.ts';
import { isExistingFile } from '../existing-file.ts';
import { readRecordedDigests } from '../recorded-digests.ts';
import { listChangelogFixes } from './changelog-fixes.ts';
import {
  type Companion,
  type CompanionFinder,
  CompanionFinders,
  sortEvidence,
} from './dpkg-companions.ts';
import { createDpkgEdges } from './dpkg-edges.ts';
import { type DpkgFact, extractDpkgFact } from './dpkg-fact.ts';
import { findOrphans } from './dpkg-orphans.ts';

/** Packages installed by dpkg, in Debian, Ubuntu and their derivatives, and by opkg. */
export const dpkgDb: Cataloger<DpkgFact> = {
  id: 'dpkg-db',
  version: 5,
  title: 'Packages installed by dpkg or opkg',
  spec: 'https://manpages.debian.org/trixie/dpkg-dev/deb822.5.en.html',
  tags: ['package', 'image', 'directory', 'installed', 'os', 'linux', 'dpkg', 'debian'],
  systems: ['debian', 'ubuntu'],
  can: { licenses: 'partly', dependencies: 'yes', ownedFiles: 'yes' },
  alias: 'dpkg-db-cataloger',
  wants: [
    {
      role: 'database',
      paths: [
        '**/lib/dpkg/status',
        '**/lib/dpkg/status.d/*',
        '**/lib/opkg/status',
        '**/lib/opkg/info/*.control',
      ],
      maxBytes: 'textFileBytesMax',
    },
    {
      role: 'info',
      paths: [
        '**/lib/dpkg/info/*.md5sums',
        '**/lib/dpkg/info/*.conffiles',
        '**/lib/dpkg/info/*.list',
      ],
      maxBytes: 'textFileBytesMax',
    },
    { role: 'diversions', paths: ['**/lib/dpkg/diversions'], maxBytes: 'textFileBytesMax' },
    {
      role: 'changelog',
      paths: ['**/usr/share/doc/*/changelog.Debian.gz'],
      maxBytes: 'changelogBytesMax',
      isHeadOnly: true,
    },
    {
      role: 'copyright',
      paths: ['**/usr/share/doc/*/copyright'],
      maxBytes: 'licenseFileBytesMax',
    },
  ],
  extract: extractDpkgFact,
  assemble(input) {
    const packages: Package[] = [];
    const records = new Map<Package, DpkgRecord>();
    const finders = new CompanionFinders(input);
    for (const visible of input.facts) {
      if (visible.fact.kind === 'records' && visible.fact.records.length > 0) {
        const context = createContext(visible, input, finders);
        for (const record of visible.fact.records) {
          const made = toDpkgPackage(record, context);
          packages.push(made);
          records.set(made, record);
        }
      }
    }
    return {
      packages,
      dependencies: createDpkgEdges(records, input.budget),
      problems: findOrphans(input, packages, finders),
      recordedDigests: readRecordedDigests,
    };
  },
};

interface DatabaseContext {
  readonly distro: Distro | undefined;
  readonly view: FileView;
  readonly visible: VisibleFact<DpkgFact>;
  readonly finder: CompanionFinder;
  /**
   * Records in lower layers, from the next lower one down: name and architecture → digest of the
   * record.
   */
  readonly earlier: readonly {
    readonly layer: Digest | undefined;
    readonly digests: ReadonlyMap<string, string>;
  }[];
}

function createContext(
  visible: VisibleFact<DpkgFact>,
  { distro, view }: AssemblyInput<DpkgFact>,
  finders: CompanionFinders,
): DatabaseContext {
  const earlier = visible.earlier.map(({ layer, fact }) => ({
    layer,
    digests: new Map(
      (fact.kind === 'records' ? fact.records : []).map((record) => [
        toRecordKey(record),
        record.digest,
      ]),
    ),
  }));
  const finder = finders.getFinder(visible.path);
  return { distro, view, visible, finder, earlier };
}

function toDpkgPackage(record: DpkgRecord, context: DatabaseContext): Package {
  const { visible, finder, earlier } = context;
  const database = createLocation(visible, { line: record.line });
  const companions = [finder.findMd5sums(record), finder.findConffiles(record)];
  const copyright = finder.findCopyright(record);
  const files = mergeFiles(
    [record.conffiles, ...companions.map(getFiles)].map((list) =>
      finder.resolveDiversions(list, record),
    ),
  );
  const fixes = listChangelogFixes(record, finder.findChangelog(record), files);
  const introducedIn = findLayerOfLastChange(
    visible.layer,
    earlier,
    ({ digests }) => digests.get(toRecordKey(record)) === record.digest,
  );
  return {
    name: record.package,
    version: record.version,
    type: 'deb',
    language: '',
    purl: toDpkgPurl(record, context.distro),
    foundBy: dpkgDb.id,
    rule: 'a stanza of the dpkg status file',
    confidence: 1,
    locations: sortEvidence([
      database,
      ...[...companions, copyright].flatMap((companion) => companion?.location ?? []),
      ...finder.listEvidence(record),
    ]),
    ...defined({ introducedIn }),
    licenses: collectDpkgLicenses(record, database, copyright),
    cpes: [],
    upstreams: toDpkgUpstreams(record),
    ...(record.architecture === '' ? {} : { architecture: record.architecture }),
    ownedFiles: files.map(({ path }) => ({ path: finder.root + path })),
    otherOwnedFiles: listOtherFiles(record, files, context),
    ...(fixes.length === 0 ? {} : { changelogFixes: fixes }),
    metadata: { kind: 'dpkg-db-entry', value: toDpkgMetadata(record, files) },
  };
}

function getFiles(companion: Companion | undefined): readonly DpkgFile[] {
  return companion?.fact?.kind === 'files' ? companion.fact.files : [];
}

/**
 * The first record of a path counts: the status file contains the digests of configuration files.
 */
function mergeFiles(lists: readonly (readonly DpkgFile[])[]): readonly DpkgFile[] {
  const [only = [], ...more] = lists.filter(({ length }) => length > 0);
  if (more.length === 0 && isInOrder(only)) {
    return only;
  }
  const byPath = new Map<string, DpkgFile>();
  for (const file of lists.flat()) {
    if (!byPath.has(file.path)) {
      byPath.set(file.path, file);
    }
  }
  return [...byPath.values()].sort((left, right) => compareText(left.path, right.path));
}

/** Whether the paths are sorted without duplicates, as package builders write them. */
function isInOrder(files: readonly DpkgFile[]): boolean {
  return files.every(({ path }, index) => path > (files[index - 1]?.path ?? ''));
}

/**
 * Returns entries that only the list of installed paths has: links, and files for which the package
 * shipped no digest.
 */
function listOtherFiles(
  record: DpkgRecord,
  files: readonly DpkgFile[],
  { view, finder }: DatabaseContext,
): OwnedFile[] {
  const fact = finder.findList(record)?.fact;
  const others: OwnedFile[] = [];
  let numbers: ReadonlyMap<string, number> | undefined;
  let next = 0;
  for (const listed of fact?.kind === 'list' ? fact.paths : []) {
    const path = finder.resolveDiversion(listed, record);
    // Both lists usually have the same order, so hardly any path needs a lookup.
    if (path === files[next]?.path) {
      next++;
      continue;
    }
    const place = finder.root + path;
    if (!isExistingFile(view, place)) {
      continue;
    }
    numbers ??= new Map(files.map((file, number) => [file.path, number]));
    const number = numbers.get(path);
    if (number === undefined) {
      others.push({ path: place });
    } else {
      next = number + 1;
    }
  }
  return others;
}

function collectDpkgLicenses(
  record: DpkgRecord,
  database: Location,
  copyright: Companion | undefined,
): License[] {
  const inline = record.license === '' ? [] : splitLicenseField(record.license);
  const licenses = inline.map((name) => toDeclaredLicense(name, { locations: [database] }));
  if (copyright?.fact?.kind === 'copyright') {
    const { names, texts } = copyright.fact;
    const { evidence: _, ...place } = copyright.location;
    appendAll(
      licenses,
      names.map((name) => toDeclaredLicense(name, { locations: [place] })),
    );
    appendAll(licenses, concludeLicenses(texts, [copyright.location]));
  }
  return mergeLicenses(licenses);
}

function toRecordKey(record: DpkgRecord): string {
  return `${record.package}:${record.architecture}`;
}
