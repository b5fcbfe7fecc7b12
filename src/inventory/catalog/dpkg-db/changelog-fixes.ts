import { present } from '../../../foundation/core/assert.ts';
import type { ChangelogFix } from '../../../foundation/core/package.ts';
import { listFixes } from '../../../foundation/syntax/changelog/changelog.ts';
import { findSchemeByName } from '../../../foundation/version/scheme-by-name.ts';
import type { DpkgFile, DpkgRecord } from '../../ecosystem/dpkg/dpkg-record.ts';
import type { Companion } from './dpkg-companions.ts';

const SCHEME = present(findSchemeByName('dpkg'), 'a scheme for versions of dpkg');

/**
 * Returns the fixes in the changelog of a package up to the installed version. An entry counts only
 * if it is about the source of the package.
 */
export function listChangelogFixes(
  record: DpkgRecord,
  changelog: Companion | undefined,
  files: readonly DpkgFile[],
): ChangelogFix[] {
  if (changelog?.fact?.kind !== 'changelog') {
    return [];
  }
  const { location, fact } = changelog;
  const { path, accessPath } = location;
  const installed = SCHEME.parse(record.sourceVersion || record.version);
  const source = record.source || record.package;
  const entries = fact.entries.filter((entry) => {
    const version = SCHEME.parse(entry.version);
    return (
      entry.source === source &&
      version !== undefined &&
      installed !== undefined &&
      SCHEME.compare(version, installed) <= 0
    );
  });
  // A record in another root contains the path without that root.
  const isRecorded = files.some(
    (file) => accessPath.endsWith(file.path) && file.digest?.value.toLowerCase() === fact.md5,
  );
  return listFixes(entries).map(({ id, line, entry: { version } }) => ({
    id,
    version,
    path,
    line,
    sha256: fact.sha256,
    isRecorded,
  }));
}
