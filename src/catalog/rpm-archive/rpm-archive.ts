import type { Cataloger, Extraction, VisibleFact, WantedFile } from '../../core/cataloger.ts';
import type { Location, Package } from '../../core/package.ts';
import { readRpmArchive } from '../../ecosystem/rpm/rpm-archive.ts';
import {
  rpmFileMetadata,
  rpmMetadata,
  rpmPurl,
  rpmVersion,
} from '../../ecosystem/rpm/rpm-package.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';
import { mergeLicenses, toDeclaredLicense } from '../../identity/license/license.ts';
import { toSourceRpmUpstreams } from '../../identity/source-rpm.ts';

/**
 * Packages of rpm that lie about as archives, binary and source ones. What they would install is
 * not on board by that, so that they own no files; of which distribution they are they do not tell.
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
  assemble: ({ facts }) => ({ packages: facts.map(packageOf) }),
};

function extract({ content, budget }: WantedFile): Extraction<RpmRecord> {
  const record = readRpmArchive(content, budget);
  if (record === undefined) {
    return {
      problems: [{ code: 'P_MALFORMED', message: 'the file is not an rpm archive, or is damaged' }],
    };
  }
  // An archive that states no epoch is of epoch 0, and tools write it so.
  return { fact: { ...record, epoch: record.epoch ?? 0 } };
}

function packageOf({ path, otherNames = [], layer, fact }: VisibleFact<RpmRecord>): Package {
  const locations: Location[] = [path, ...otherNames].map((name) => ({
    path: name,
    accessPath: name,
    ...(layer === undefined ? {} : { layer }),
    evidence: 'primary',
  }));
  const { name, license, sourceRpm, architecture, modularityLabel } = fact;
  return {
    name,
    version: rpmVersion(fact),
    type: 'rpm',
    language: '',
    purl: rpmPurl(fact, undefined),
    foundBy: rpmArchive.id,
    rule: 'the header of an rpm archive',
    confidence: 1,
    locations,
    licenses: mergeLicenses([toDeclaredLicense(license, { locations })]),
    cpes: [],
    upstreams: toSourceRpmUpstreams(name, sourceRpm),
    ...(architecture === '' ? {} : { architecture }),
    ...(modularityLabel === undefined ? {} : { modularity: modularityLabel }),
    ownedFiles: [],
    metadata: { kind: 'rpm-archive', value: metadataOf(fact) },
  };
}

/**
 * What an archive provides and requires is left out, as are the algorithms of digests that are not
 * there.
 */
function metadataOf(record: RpmRecord): Readonly<Record<string, unknown>> {
  const { provides: _, requires: __, modularityLabel: ___, ...rest } = rpmMetadata(record, []);
  return {
    ...rest,
    files: record.files.map((file) =>
      rpmFileMetadata(file, file.digest === '' ? '' : record.digestAlgorithm),
    ),
  };
}
