import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import type { OwnedFile } from '../../../foundation/core/package.ts';
import { parseDeb822, type Stanza } from '../../../foundation/syntax/deb822/deb822.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { toFullVersion, toVcpkgPurl } from '../../ecosystem/vcpkg/vcpkg-version.ts';

/** Packages, or the files of one package relative to the directory of all. */
type VcpkgFact = PackageList & { readonly files?: readonly string[] };

/**
 * C and C++ packages installed by vcpkg, with the files of each. Its database resembles that of
 * dpkg, and records are appended until the next cleanup: the last record of a package counts.
 */
export const vcpkgInstalled: Cataloger<VcpkgFact> = {
  id: 'vcpkg-installed',
  alias: 'vcpkg-installed-cataloger',
  version: 1,
  title: 'Packages installed by vcpkg',
  spec: 'https://learn.microsoft.com/vcpkg/reference/installation-tree-layout',
  tags: ['cpp', 'directory', 'image', 'installed', 'language', 'package', 'vcpkg'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [
    {
      role: 'status',
      paths: ['**/vcpkg/status', '**/vcpkg/updates/*'],
      maxBytes: 'textFileBytesMax',
    },
    { role: 'files', paths: ['**/vcpkg/info/*.list'], maxBytes: 'textFileBytesMax' },
  ],
  extract: (file) => (file.role === 'files' ? readFiles(file) : readStatus(file)),
  assemble,
};

function readStatus({ content, limits }: WantedFile): Extraction<VcpkgFact> {
  const { stanzas, problems } = parseDeb822(readText(content), limits);
  // Features of a package have their own records.
  const records = stanzas.filter(({ fields }) => (fields.get('feature') ?? '') === '');
  const read = readPackageList(records, 'record', limits, readRecord);
  return { fact: read.fact, problems: [...problems, ...read.problems] };
}

const INSTALLED = 'install ok installed';

function readRecord({ fields, line }: Stanza): ListedPackage | undefined {
  const [name = '', version = '', triplet = '', status = '', depends = '', port = '0'] = [
    'package',
    'version',
    'architecture',
    'status',
    'depends',
    'port-version',
  ].map((field) => fields.get(field));
  const portVersion = Number(port) || 0;
  return name === '' || version === ''
    ? undefined
    : {
        name,
        version: toFullVersion(version, portVersion),
        line,
        provides: [`${name}:${triplet}`],
        requires: depends.split(',').flatMap((text) => parseRequirement(text.trim(), triplet)),
        metadata: {
          name,
          version,
          'full-version': toFullVersion(version, portVersion),
          'port-version': portVersion,
          triplet,
          isInstalled: status === INSTALLED,
        },
      };
}

/**
 * `zlib`, `boost[core]`, or with the triplet of a tool that runs at build time: `cmake:x64-linux`.
 */
function parseRequirement(text: string, triplet: string): string[] {
  const [, name, other] = /^([\w-]+)(?:\[[^\]]{0,1024}\])?(?::([\w-]+))?/.exec(text) ?? [];
  return name === undefined ? [] : [`${name}:${other ?? triplet}`];
}

function readFiles({ content, budget }: WantedFile): Extraction<VcpkgFact> {
  const files: string[] = [];
  const listing = budget.createFileList();
  for (const { text } of splitLines(readText(content))) {
    if (text !== '' && !text.endsWith('/')) {
      if (!listing.take(text.length)) {
        break;
      }
      files.push(text);
    }
  }
  return { fact: { packages: [], files } };
}

function assemble({ facts, ...input }: AssemblyInput<VcpkgFact>): Assembly {
  const lists = new Map(facts.map(({ path, fact }) => [path, fact.files ?? []]));
  const last = new Map<string, ListedPackage>();
  const toRootDirectory = (path: string): string =>
    path.replace(/\/vcpkg\/(?:status|updates\/.*)$/, '');
  for (const { path, fact } of facts) {
    for (const listed of fact.packages) {
      last.set(`${toRootDirectory(path)}\0${listed.provides?.[0]}`, listed);
    }
  }
  const current = new Set([...last.values()].filter(isInstalled));
  const kept = facts.map((visible) => {
    const packages = visible.fact.packages.filter((listed) => current.has(listed));
    return { ...visible, fact: { packages } };
  });
  return assemblePackageLists({ ...input, facts: kept }, (listed, { path }) => {
    const { name, metadata = {} } = listed;
    const version = getText(metadata, 'version');
    const folder = toRootDirectory(path);
    const list = `${folder}/vcpkg/info/${name}_${version}_${getText(metadata, 'triplet')}.list`;
    return {
      type: 'vcpkg',
      language: 'c++',
      purl: toVcpkgPurl(name, version, Number(metadata['port-version'])),
      foundBy: vcpkgInstalled.id,
      rule: 'a record of the vcpkg database',
      ownedFiles: listOwnedFiles(folder, lists.get(list) ?? []),
    };
  });
}

function isInstalled({ metadata = {} }: ListedPackage): boolean {
  return metadata['isInstalled'] === true;
}

/** Paths are relative to the directory of all packages and must not lead out of it. */
function listOwnedFiles(folder: string, files: readonly string[]): OwnedFile[] {
  return files
    .map((file) => ({ path: posix.join(folder, file) }))
    .filter(({ path }) => path.startsWith(`${folder}/`));
}
