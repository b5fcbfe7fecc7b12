import { readText } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  malformedList,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';
import { parseToml } from '../../syntax/text/toml.ts';

/**
 * Packages that the manifest of a Julia environment settles on, and the package that a project file
 * describes. Modules of Julia itself have the version of the Julia that wrote the manifest.
 */
export const juliaManifest: Cataloger<PackageList> = {
  id: 'julia-manifest',
  alias: 'julia-manifest-cataloger',
  version: 1,
  title: 'Packages in Julia environments',
  spec: 'https://pkgdocs.julialang.org/v1/toml-files/',
  tags: ['declared', 'directory', 'image', 'installed', 'julia', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  wants: [
    {
      role: 'manifest',
      paths: ['**/Manifest.toml', '**/JuliaManifest.toml', '**/Manifest-v*.toml'],
      maxBytes: 'lockFileBytesMax',
    },
    {
      role: 'project',
      paths: ['**/Project.toml', '**/JuliaProject.toml'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version, metadata = {} }, { role }) => ({
      type: 'julia',
      language: 'julia',
      purl: purlOf(name, version, getText(metadata, 'uuid')),
      foundBy: juliaManifest.id,
      rule: role === 'manifest' ? 'a package in Manifest.toml' : 'the package in Project.toml',
      kind: 'julia-manifest-entry',
    })),
};

/** The identifier is part of the identity: names are unique in a registry only. */
function purlOf(name: string, version: string, uuid: string): string {
  return uuid === '' ? '' : writePurl({ type: 'julia', name, version, qualifiers: { uuid } });
}

type Members = Readonly<Record<string, unknown>>;

function extract({ role, content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseToml(readText(content), budget);
  if (document === undefined) {
    return malformedList('the file is not valid TOML');
  }
  if (role === 'project') {
    const project = readProject(document);
    return project === undefined ? {} : { fact: { packages: [project] } };
  }
  const juliaVersion = getText(document, 'julia_version');
  return readPackageList(entriesOf(document), 'package', limits, ({ name, entry }) =>
    readEntry(name, entry, juliaVersion),
  );
}

/** Other tools have files of this name too: a package of Julia has an identifier. */
function readProject(document: Members): ListedPackage | undefined {
  const [name, version, uuid] = ['name', 'version', 'uuid'].map((key) => getText(document, key));
  return name && version && uuid ? { name, version, metadata: { uuid } } : undefined;
}

interface Entry {
  readonly name: string;
  readonly entry: Members;
}

/** Packages are lists by name, at the top of the document before version 2 of the format. */
function entriesOf(document: Members): Entry[] {
  const { deps } = document;
  const byName = isRecord(deps) && document['manifest_format'] !== undefined ? deps : document;
  return Object.entries(byName).flatMap(([name, list]) =>
    (Array.isArray(list) ? list : []).filter(isRecord).map((entry) => ({ name, entry })),
  );
}

function readEntry(name: string, entry: Members, juliaVersion: string): ListedPackage | undefined {
  const uuid = getText(entry, 'uuid');
  const version = getText(entry, 'version') || (isOfJulia(entry) ? juliaVersion : '');
  if (uuid === '' || (version === '' && !isOfJulia(entry))) {
    return undefined;
  }
  const treeHash = getText(entry, 'git-tree-sha1');
  return {
    name,
    version,
    provides: [name, `${name}\0${uuid}`],
    requires: requirementsOf(entry['deps']),
    metadata: { uuid, ...(treeHash === '' ? {} : { gitTreeSha1: treeHash }) },
  };
}

/** What comes with Julia is from no folder and no tree. */
function isOfJulia(entry: Members): boolean {
  return ['git-tree-sha1', 'path', 'repo-url'].every((key) => getText(entry, key) === '');
}

/** Names alone, or with identifiers where a name would not do. */
function requirementsOf(deps: unknown): string[] {
  return isRecord(deps)
    ? Object.entries(deps).map(([name, uuid]) => `${name}\0${String(uuid)}`)
    : toTexts(deps);
}
