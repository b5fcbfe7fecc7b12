import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { toDpkgMetadata, toDpkgPurl, toDpkgUpstreams } from '../../ecosystem/dpkg/dpkg-record.ts';
import { type DebArchive, readDeb } from '../../ecosystem/dpkg/read-deb.ts';

/**
 * Packages of Debian and its derivatives that are present as archives. Their files are not
 * installed, so they own none; the archives do not name their distribution.
 */
export const debArchive: Cataloger<DebArchive> = {
  id: 'deb-archive',
  alias: 'deb-archive-cataloger',
  version: 2,
  title: 'Debian package archives',
  spec: 'https://manpages.debian.org/trixie/dpkg-dev/deb.5.en.html',
  tags: ['debian', 'declared', 'directory', 'linux', 'os', 'package'],
  can: { licenses: 'partly', dependencies: 'no', ownedFiles: 'no' },
  wants: [{ role: 'archive', paths: ['**/*.deb'], maxBytes: 'wholeFileBytesMax' }],
  extract,
  assemble: ({ facts }) => ({ packages: facts.map(toDebPackage) }),
};

function extract({ content, budget }: WantedFile): Extraction<DebArchive> {
  const { archive, problems } = readDeb(content, budget);
  return { ...defined({ fact: archive }), problems };
}

/** The archive format determines the family but not the distribution. */
const FAMILY = { id: '', idLike: ['debian'] } as const;

function toDebPackage({ path, otherNames = [], layer, fact }: VisibleFact<DebArchive>): Package {
  const { record, files, licenses } = fact;
  const locations: Location[] = [path, ...otherNames].map((name) => ({
    path: name,
    accessPath: name,
    ...defined({ layer }),
    evidence: 'primary',
  }));
  return {
    name: record.package,
    version: record.version,
    type: 'deb',
    language: '',
    purl: toDpkgPurl(record, FAMILY),
    foundBy: debArchive.id,
    rule: 'the control file of a Debian package archive',
    confidence: 1,
    locations,
    licenses: mergeLicenses(licenses.map((name) => toDeclaredLicense(name, { locations: [] }))),
    cpes: [],
    upstreams: toDpkgUpstreams(record),
    ...(record.architecture === '' ? {} : { architecture: record.architecture }),
    ownedFiles: [],
    metadata: { kind: 'dpkg-archive-entry', value: toDpkgMetadata(record, files) },
  };
}
