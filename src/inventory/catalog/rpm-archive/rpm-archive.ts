import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { toSourceRpmUpstreams } from '../../../foundation/identity/source-rpm.ts';
import { readRpmArchive } from '../../ecosystem/rpm/rpm-archive.ts';
import {
  toRpmFileMetadata,
  toRpmMetadata,
  toRpmPurl,
  toRpmVersion,
} from '../../ecosystem/rpm/rpm-package.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';

/**
 * Binary and source packages of rpm that are present as archives. Their files are not installed, so
 * they own none; the archives do not name their distribution.
 */
export const rpmArchive: Cataloger<RpmRecord> = {
  id: 'rpm-archive',
  alias: 'rpm-archive-cataloger',
  version: 1,
  title: 'rpm package archives',
  spec: 'https://rpm-software-management.github.io/rpm/manual/format_v4.html',
  tags: ['declared', 'directory', 'linux', 'os', 'package', 'redhat', 'rpm'],
  can: { licenses: 'yes', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'archive', paths: ['**/*.rpm'], maxBytes: 'rpmHeaderBytesMax', isHeadOnly: true },
  ],
  extract,
  assemble: ({ facts }) => ({ packages: facts.map(toArchivePackage) }),
};

function extract({ content, budget }: WantedFile): Extraction<RpmRecord> {
  const record = readRpmArchive(content, budget);
  if (record === undefined) {
    return {
      problems: [{ code: 'P_MALFORMED', message: 'the file is not an rpm archive, or is damaged' }],
    };
  }
  // An archive without an epoch has epoch 0, which tools write explicitly.
  return { fact: { ...record, epoch: record.epoch ?? 0 } };
}

function toArchivePackage({ path, otherNames = [], layer, fact }: VisibleFact<RpmRecord>): Package {
  const locations: Location[] = [path, ...otherNames].map((name) => ({
    path: name,
    accessPath: name,
    ...defined({ layer }),
    evidence: 'primary',
  }));
  const { name, license, sourceRpm, architecture, modularityLabel } = fact;
  return {
    name,
    version: toRpmVersion(fact),
    type: 'rpm',
    language: '',
    purl: toRpmPurl(fact, undefined),
    foundBy: rpmArchive.id,
    rule: 'the header of an rpm archive',
    confidence: 1,
    locations,
    licenses: mergeLicenses([toDeclaredLicense(license, { locations })]),
    cpes: [],
    upstreams: toSourceRpmUpstreams(name, sourceRpm),
    ...(architecture === '' ? {} : { architecture }),
    ...defined({ modularity: modularityLabel }),
    ownedFiles: [],
    metadata: { kind: 'rpm-archive', value: toArchiveMetadata(fact) },
  };
}

/** Provided and required names are left out, and so are the algorithms of missing digests. */
function toArchiveMetadata(record: RpmRecord): Readonly<Record<string, unknown>> {
  const { provides: _, requires: __, modularityLabel: ___, ...rest } = toRpmMetadata(record, []);
  return {
    ...rest,
    files: record.files.map((file) =>
      toRpmFileMetadata(file, file.digest === '' ? '' : record.digestAlgorithm),
    ),
  };
}
