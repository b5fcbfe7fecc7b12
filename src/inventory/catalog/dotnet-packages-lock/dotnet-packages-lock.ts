import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { toNugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Packages that NuGet locks for a project. A package that several frameworks resolve to the same
 * version is one package. Projects of the same solution have no version and are not packages.
 */
export const dotnetPackagesLock: Cataloger<PackageList> = {
  id: 'dotnet-packages-lock',
  alias: 'dotnet-packages-lock-cataloger',
  version: 1,
  title: 'Packages locked by NuGet',
  spec: 'https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files',
  tags: ['declared', 'directory', 'dotnet', 'image', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'lock', paths: ['**/packages.lock.json'], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'dotnet',
      language: 'dotnet',
      purl: toNugetPurl(name, version),
      foundBy: dotnetPackagesLock.id,
      rule: 'a package in packages.lock.json',
      kind: 'dotnet-packages-lock-entry',
    })),
};

interface LockRecord {
  readonly framework: string;
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

function extract({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const frameworks = isRecord(document) ? document['dependencies'] : undefined;
  if (!isRecord(frameworks)) {
    return createMalformedList('the lock file has no dependencies');
  }
  const { fact, problems } = readPackageList(
    listRecords(frameworks),
    'package',
    limits,
    readRecord,
  );
  return { fact: { packages: mergeSameVersions(fact.packages).sort(compareListed) }, problems };
}

function listRecords(frameworks: Readonly<Record<string, unknown>>): LockRecord[] {
  return Object.entries(frameworks).flatMap(([framework, list]) =>
    Object.entries(isRecord(list) ? list : {})
      .map(([name, entry]) => ({ framework, name, entry: isRecord(entry) ? entry : {} }))
      .filter(({ entry }) => entry['type'] !== 'Project'),
  );
}

/** NuGet ignores the case of names; within a framework a name has one version. */
function readRecord({ framework, name, entry }: LockRecord): ListedPackage | undefined {
  const version = getText(entry, 'resolved');
  if (name === '' || version === '') {
    return undefined;
  }
  const dependencies = isRecord(entry['dependencies']) ? Object.keys(entry['dependencies']) : [];
  return {
    name,
    version,
    provides: [toFrameworkKey(framework, name)],
    requires: dependencies.map((dependency) => toFrameworkKey(framework, dependency)),
    metadata: {
      name,
      version,
      contentHash: getText(entry, 'contentHash'),
      type: getText(entry, 'type'),
    },
  };
}

function toFrameworkKey(framework: string, name: string): string {
  return `${framework}\0${name.toLowerCase()}`;
}

function compareListed(left: ListedPackage, right: ListedPackage): number {
  return compareText(left.name, right.name) || compareText(left.version, right.version);
}
