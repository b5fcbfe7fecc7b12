import { listHigherVersions } from '../../../vulnerability/match/fix.ts';
import type { PatchGroup } from './patch-plan.ts';
import { type IndexedVersion, isRepodata, readRepodata } from './repodata.ts';

/** Package names → versions in an index, each with the version of its source package. */
export type PackageIndex = ReadonlyMap<string, readonly IndexedVersion[]>;

/** Types of packages that such an index lists. */
const INDEXED_TYPES: ReadonlySet<string> = new Set(['deb', 'apk', 'rpm']);

const DEB_SOURCE = /^(\S+)\s+\(([^)]+)\)$/;

/**
 * Reads an index of apt (`Packages`, deb822(5)), of apk (`APKINDEX`, apk-index(5)), or of an rpm
 * repository (`primary.xml`). Lines that are not fields of interest are skipped.
 */
export function readPackageIndex(text: string): PackageIndex {
  if (isRepodata(text)) {
    return readRepodata(text);
  }
  const index = new Map<string, IndexedVersion[]>();
  let name = '';
  let version = '';
  let source = '';
  const flush = (): void => {
    if (name !== '' && version !== '') {
      const [, , sourceVersion = version] = DEB_SOURCE.exec(source) ?? [];
      index.set(name, [...(index.get(name) ?? []), { version, sourceVersion }]);
    }
    name = '';
    version = '';
    source = '';
  };
  for (const line of text.split('\n')) {
    const [, field = '', value = ''] =
      /^(Package|Version|Source|P|V):\s*(.*?)\s*$/.exec(line) ?? [];
    if (line.trim() === '') {
      flush();
    } else if (field === 'Package' || field === 'P') {
      name = value;
    } else if (field === 'Version' || field === 'V') {
      version = value;
    } else if (field === 'Source') {
      source = value;
    }
  }
  flush();
  return index;
}

/** Checks whether the index has the version of a group, or a later one, for all its packages. */
export function checkPackageIndex(group: PatchGroup, index: PackageIndex): PatchGroup {
  if (!INDEXED_TYPES.has(group.type)) {
    return group;
  }
  const found = group.packages.map(({ name }) => {
    const listed = index.get(name) ?? [];
    const fitting = listed.filter(
      ({ sourceVersion }) =>
        sourceVersion === group.version ||
        listHigherVersions(group.version, [sourceVersion], group.type).length > 0,
    );
    return {
      name,
      isListed: listed.length > 0,
      version: fitting.at(-1)?.version,
      latest: listed.at(-1)?.version,
    };
  });
  const versions = found.flatMap(({ name, version, latest }) => {
    const shown = version ?? latest;
    return shown === undefined ? [] : [{ name, version: shown }];
  });
  if (found.some(({ isListed }) => !isListed)) {
    return { ...group, index: { kind: 'missing' } };
  }
  const isAvailable = found.every(({ version }) => version !== undefined);
  return { ...group, index: { kind: isAvailable ? 'available' : 'too-old', versions } };
}
