import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { toFullVersion, toVcpkgPurl } from '../../ecosystem/vcpkg/vcpkg-version.ts';

/**
 * C and C++ packages by vcpkg manifests: the described package, and those with a set version.
 * Versions of other dependencies are in a repository that the manifest only names.
 */
export const vcpkgManifest: Cataloger<PackageList> = {
  id: 'vcpkg-manifest',
  alias: 'vcpkg-manifest-cataloger',
  version: 1,
  title: 'Packages described by vcpkg manifests',
  spec: 'https://learn.microsoft.com/vcpkg/reference/vcpkg-json',
  tags: ['cpp', 'declared', 'directory', 'language', 'package', 'vcpkg'],
  can: { licenses: 'partly', dependencies: 'partly', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'manifest', paths: ['**/vcpkg.json'], maxBytes: 'configFileBytesMax' }],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, metadata = {} }) => ({
      type: 'vcpkg',
      language: 'c++',
      purl: toVcpkgPurl(name, getText(metadata, 'version'), Number(metadata['port-version'] ?? 0)),
      foundBy: vcpkgManifest.id,
      rule: 'a vcpkg manifest',
      confidence: 0.9,
      kind: 'vcpkg-manifest',
    })),
};

type Members = Readonly<Record<string, unknown>>;

function extract({ content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(readText(content), budget);
  if (!isRecord(document)) {
    return createMalformedList('the manifest is not a JSON object');
  }
  const { overrides, dependencies } = document;
  const described = readDescribed(document, listDependencyNames(dependencies));
  const pinned = budget
    .limitItems<unknown>(Array.isArray(overrides) ? overrides : [], 'recordsMax')
    .flatMap((entry: unknown) => (isRecord(entry) ? (readVersioned(entry) ?? []) : []));
  return { fact: { packages: [...(described === undefined ? [] : [described]), ...pinned] } };
}

/** The project itself need have neither name nor version. */
function readDescribed(document: Members, requires: readonly string[]): ListedPackage | undefined {
  const described = readVersioned(document);
  if (described === undefined) {
    return undefined;
  }
  const texts = ['documentation', 'supports'].map((key) => [key, getText(document, key)]);
  const lists = ['description', 'maintainers'].map((key) => [key, toStrings(document[key])]);
  const more = Object.fromEntries([...texts, ...lists].filter(([, value]) => value?.length !== 0));
  return {
    ...described,
    licenses: [getText(document, 'license')],
    requires,
    metadata: { ...more, ...described.metadata },
  };
}

const VERSIONS = ['version', 'version-semver', 'version-date', 'version-string'] as const;

/** The version is in one of four members, by its scheme; an older form appends a number. */
function readVersioned(entry: Members): ListedPackage | undefined {
  const name = getText(entry, 'name');
  const stated = VERSIONS.map((key) => getText(entry, key)).find((text) => text !== '') ?? '';
  if (name === '' || stated === '') {
    return undefined;
  }
  const [version = '', suffix = '0'] = stated.split('#', 2);
  const port = entry['port-version'];
  const portVersion = typeof port === 'number' ? port : Number(suffix) || 0;
  const full = toFullVersion(version, portVersion);
  return {
    name,
    version: full,
    metadata: { name, version, 'full-version': full, 'port-version': portVersion },
  };
}

/** One string, or a list of paragraphs. */
function toStrings(value: unknown): string[] {
  return typeof value === 'string' ? [value] : toTexts(value);
}

function listDependencyNames(dependencies: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(dependencies) ? dependencies : [];
  return list.flatMap((entry) =>
    isRecord(entry) ? getText(entry, 'name') : typeof entry === 'string' ? entry : [],
  );
}
