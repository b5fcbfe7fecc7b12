import { readText } from '../../../foundation/core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseToml } from '../../../foundation/syntax/text/toml.ts';
import {
  assemblePackageLists,
  createMalformedList,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';

/**
 * Packages locked by the manifest of a Julia environment, and the package that a project file
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
  isOwnable: true,
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
      purl: toJuliaPurl(name, version, getText(metadata, 'uuid')),
      foundBy: juliaManifest.id,
      rule: role === 'manifest' ? 'a package in Manifest.toml' : 'the package in Project.toml',
      kind: 'julia-manifest-entry',
    })),
};

/** The UUID is part of the identity: names are unique only within a registry. */
function toJuliaPurl(name: string, version: string, uuid: string): string {
  return uuid === '' ? '' : writePurl({ type: 'julia', name, version, qualifiers: { uuid } });
}

type Members = Readonly<Record<string, unknown>>;

function extract({ role, content, limits, budget }: WantedFile): Extraction<PackageList> {
  const document = parseToml(readText(content), budget);
  if (document === undefined) {
    return createMalformedList('the file is not valid TOML');
  }
  if (role === 'project') {
    const project = readProject(document);
    return project === undefined ? {} : { fact: { packages: [project] } };
  }
  const juliaVersion = getText(document, 'julia_version');
  return readPackageList(listEntries(document), 'package', limits, ({ name, entry }) =>
    readJuliaPackage(name, entry, juliaVersion),
  );
}

/** Other tools use files of this name, too: a Julia package has a UUID. */
function readProject(document: Members): ListedPackage | undefined {
  const [name, version, uuid] = ['name', 'version', 'uuid'].map((key) => getText(document, key));
  return name && version && uuid ? { name, version, metadata: { uuid } } : undefined;
}

interface Entry {
  readonly name: string;
  readonly entry: Members;
}

/** Packages are lists by name, at the top of the document before version 2 of the format. */
function listEntries(document: Members): Entry[] {
  const { deps } = document;
  const byName = isRecord(deps) && document['manifest_format'] !== undefined ? deps : document;
  return Object.entries(byName).flatMap(([name, list]) =>
    (Array.isArray(list) ? list : []).filter(isRecord).map((entry) => ({ name, entry })),
  );
}

function readJuliaPackage(
  name: string,
  entry: Members,
  juliaVersion: string,
): ListedPackage | undefined {
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
    requires: listRequirements(entry['deps']),
    metadata: { uuid, ...(treeHash === '' ? {} : { gitTreeSha1: treeHash }) },
  };
}

/** Packages bundled with Julia have neither a directory nor a tree. */
function isOfJulia(entry: Members): boolean {
  return ['git-tree-sha1', 'path', 'repo-url'].every((key) => getText(entry, key) === '');
}

/** Names alone, or with UUIDs if names are ambiguous. */
function listRequirements(deps: unknown): string[] {
  return isRecord(deps)
    ? Object.entries(deps).map(([name, uuid]) => `${name}\0${String(uuid)}`)
    : toTexts(deps);
}
