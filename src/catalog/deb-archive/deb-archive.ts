import type { Cataloger, Extraction, VisibleFact, WantedFile } from '../../core/cataloger.ts';
import type { Location, Package } from '../../core/package.ts';
import { dpkgMetadata, dpkgPurl, dpkgUpstreams } from '../../ecosystem/dpkg/dpkg-record.ts';
import { type DebArchive, readDeb } from '../../ecosystem/dpkg/read-deb.ts';
import { mergeLicenses, toDeclaredLicense } from '../../identity/license/license.ts';

/**
 * Packages of Debian and its kin that lie about as archives. What they would install is not on
 * board by that, so that they own no files; of which distribution they are they do not tell.
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
  assemble: ({ facts }) => ({ packages: facts.map(packageOf) }),
};

function extract({ content, budget }: WantedFile): Extraction<DebArchive> {
  const { archive, problems } = readDeb(content, budget);
  return { ...(archive === undefined ? {} : { fact: archive }), problems };
}

/** The family is known by the archive itself, the member of it is not. */
const FAMILY = { id: '', idLike: ['debian'] } as const;

function packageOf({ path, otherNames = [], layer, fact }: VisibleFact<DebArchive>): Package {
  const { record, files, licenses } = fact;
  const locations: Location[] = [path, ...otherNames].map((name) => ({
    path: name,
    accessPath: name,
    ...(layer === undefined ? {} : { layer }),
    evidence: 'primary',
  }));
  return {
    name: record.package,
    version: record.version,
    type: 'deb',
    language: '',
    purl: dpkgPurl(record, FAMILY),
    foundBy: debArchive.id,
    rule: 'the control file of a Debian package archive',
    confidence: 1,
    locations,
    licenses: mergeLicenses(licenses.map((name) => toDeclaredLicense(name, { locations: [] }))),
    cpes: [],
    upstreams: dpkgUpstreams(record),
    ...(record.architecture === '' ? {} : { architecture: record.architecture }),
    ownedFiles: [],
    metadata: { kind: 'dpkg-archive-entry', value: dpkgMetadata(record, files) },
  };
}
