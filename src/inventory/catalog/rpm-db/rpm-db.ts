import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';
import { readRecordedDigests } from '../recorded-digests.ts';
import { createDependencyEdges } from './dependency.ts';
import { readDatabase } from './read-database.ts';
import { readManifest } from './read-manifest.ts';
import type { RpmFact } from './record.ts';
import { toPackage } from './to-package.ts';

const FOLDERS = ['var/lib/rpm', 'usr/share/rpm', 'usr/lib/sysimage/rpm'] as const;
const NAMES = ['Packages', 'Packages.db', 'rpmdb.sqlite'] as const;

/** Packages installed by rpm. Boolean ("rich") dependencies are not evaluated. */
export const rpmDb: Cataloger<RpmFact> = {
  id: 'rpm-db',
  alias: 'rpm-db-cataloger',
  version: 3,
  title: 'rpm database',
  spec: 'https://rpm-software-management.github.io/rpm/manual/',
  tags: ['directory', 'image', 'installed', 'linux', 'os', 'package', 'redhat', 'rpm'],
  systems: [
    'almalinux',
    'amzn',
    'azurelinux',
    'centos',
    'fedora',
    'mariner',
    'ol',
    'opensuse',
    'opensuse-leap',
    'opensuse-tumbleweed',
    'photon',
    'rhel',
    'rocky',
    'sles',
    'suse',
  ],
  can: { licenses: 'yes', dependencies: 'partly', ownedFiles: 'yes' },
  wants: [
    { role: 'database', paths: listDatabasePaths(), maxBytes: 'wholeFileBytesMax' },
    {
      role: 'manifest',
      paths: ['**/var/lib/rpmmanifest/container-manifest-2'],
      maxBytes: 'textFileBytesMax',
    },
    { role: 'log', paths: logPaths(), maxBytes: 'wholeFileBytesMax' },
  ],
  extract,
  assemble,
};

function listDatabasePaths(): string[] {
  return FOLDERS.flatMap((folder) => NAMES.map((name) => `**/${folder}/${name}`));
}

function logPaths(): string[] {
  return FOLDERS.map((folder) => `**/${folder}/rpmdb.sqlite-wal`);
}

function extract(file: WantedFile): Extraction<RpmFact> {
  switch (file.role) {
    case 'database':
      return readDatabase(file);
    case 'manifest':
      return readManifest(file);
    default:
      return file.sizeBytes === 0 ? {} : { problems: [UNMERGED_LOG] };
  }
}

/**
 * A log is merged into the database when rpm closes it; a remaining log contains the latest
 * installations.
 */
const UNMERGED_LOG = {
  code: 'P_UNSUPPORTED',
  message: 'the rpm database has a write-ahead log: its last changes were not read',
} as const;

function assemble({ view, distro, facts, budget }: AssemblyInput<RpmFact>): Assembly {
  const packages: Package[] = [];
  const recordOf = new Map<Package, RpmRecord>();
  for (const visible of facts) {
    for (const record of visible.fact.records) {
      const pkg = toPackage(record, { visible, view, distro });
      packages.push(pkg);
      recordOf.set(pkg, record);
    }
  }
  return {
    packages,
    dependencies: createDependencyEdges(recordOf, view, budget),
    recordedDigests: readRecordedDigests,
  };
}
