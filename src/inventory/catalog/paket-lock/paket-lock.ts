import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { toNugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * NuGet packages locked by Paket. Single files of repositories, which it locks, too, are left out.
 */
export const paketLock: Cataloger<PackageList> = {
  id: 'paket-lock',
  alias: 'paket-lock-cataloger',
  version: 1,
  title: 'Packages locked by Paket',
  spec: 'https://fsprojects.github.io/Paket/lock-file.html',
  tags: ['declared', 'directory', 'dotnet', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/paket.lock'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'dotnet',
      language: 'dotnet',
      purl: toNugetPurl(name, version),
      foundBy: paketLock.id,
      rule: 'a package in paket.lock',
    })),
};

interface OpenPackage {
  readonly name: string;
  readonly version: string;
  readonly line: number;
  readonly group: string;
  readonly requires: string[];
}

/** Indents: none for a section, two for a source, four for a package, six for a dependency. */
function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  let section = '';
  let group = '';
  const open: OpenPackage[] = [];
  for (const { text, number } of splitLines(readText(content))) {
    const indent = text.length - text.trimStart().length;
    const [, name, version] = /^\s{4}(\S+) \(([^()\s]+)\)/.exec(text) ?? [];
    if (text !== '' && indent === 0) {
      section = text.trim();
      group = section.startsWith('GROUP ') ? section : group;
    } else if (section !== 'NUGET' || open.length > limits.recordsMax) {
      continue;
    } else if (indent === 4 && name !== undefined && version !== undefined) {
      open.push({ name, version, line: number, group, requires: [] });
    } else if (indent > 4) {
      open.at(-1)?.requires.push(toGroupKey(group, text.trim().split(' ', 1)[0] ?? ''));
    }
  }
  const { fact, problems } = readPackageList(open, 'package', limits, toListedPackage);
  return { fact: { packages: mergeSameVersions(fact.packages) }, problems };
}

function toListedPackage({ name, version, line, group, requires }: OpenPackage): ListedPackage {
  return { name, version, line, provides: [toGroupKey(group, name)], requires };
}

/** A name has one version in each group. */
function toGroupKey(group: string, name: string): string {
  return `${group}\0${name.toLowerCase()}`;
}
