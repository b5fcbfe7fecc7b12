import { createHash } from 'node:crypto';
import type { VersionNeeds } from '../../foundation/bytes/elf/versions.ts';
import { getBaseName } from '../../foundation/core/base-name.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory, InventoryFile } from '../../foundation/core/inventory.ts';
import { joinLinkTarget } from '../../foundation/core/link-target.ts';
import type { ElfAbi } from './elf-abi.ts';
import { findInterpreters, type Interpreter } from './interpreters.ts';

/** Facts that were read together with an inventory: see {@link Provisions}. */
export interface AbiFacts {
  /** By the real path of an ELF file. */
  readonly files: ReadonlyMap<string, ElfAbi>;
  /** `name:uid` of each user, and `name:gid` of each group. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

export interface ProvidedLibrary {
  /** Name under which programs need it. */
  readonly name: string;
  readonly path: string;
  /** Machine and class, as in {@link ElfAbi}. */
  readonly machine: string;
  /** Versions of symbols that it defines; empty if its symbols have none. */
  readonly versions: readonly string[];
}

/** Everything that an image provides to a program that is copied into it. */
export interface Provisions {
  /** Libraries in the default directories of the loader, by name. */
  readonly libraries: readonly ProvidedLibrary[];
  /** Versions that its own programs and libraries need, by library. */
  readonly needs: readonly VersionNeeds[];
  /** Paths of loaders. */
  readonly loaders: readonly string[];
  readonly interpreters: readonly Interpreter[];
  /** Names of programs in the usual directories, sorted. */
  readonly commands: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Path of the certificates of authorities; absent if there are none. */
  readonly certificates?: string;
  readonly hasTimeZones: boolean;
  /** Names of locales. */
  readonly locales: readonly string[];
  /** Directories in which every user may write. */
  readonly writableFolders: readonly string[];
  /** Links to directories: the path and the real path of each, separated by a space. */
  readonly folderLinks: readonly string[];
  /** A short key of each path, sorted and joined: see {@link PathSet}. */
  readonly paths: string;
}

const LIBRARY_FOLDER = /^(?:\/usr)?(?:\/local)?\/lib(?:64|32)?(?:\/[\w]+-linux-(?:gnu|musl)\w*)?$/;
const LOADER_NAME = /^ld(?:-[\w.-]+|64)?\.so(?:\.\d+)?$/;
const COMMAND_FOLDER = /^(?:\/usr)?(?:\/local)?\/s?bin$/;
const CERTIFICATES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
];
const WRITABLE_BY_ALL = 0o002;
const LINKS_MAX = 40;

/** Describes what an image provides. The inventory must list all files. */
export function describeProvisions(inventory: Inventory, abi: AbiFacts): Provisions {
  const files = inventory.files.filter(({ isVisible = true }) => isVisible);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const paths = new Set(byPath.keys());
  const certificates = CERTIFICATES.find((path) => paths.has(path));
  return {
    libraries: listLibraries(files, byPath, abi),
    needs: joinNeeds(abi),
    loaders: files
      .filter(({ path, type }) => type !== 'directory' && LOADER_NAME.test(getBaseName(path)))
      .map(({ path }) => path)
      .sort(compareText),
    interpreters: findInterpreters(files, inventory.packages),
    commands: [
      ...new Set(
        files
          .filter(({ path, type }) => type !== 'directory' && COMMAND_FOLDER.test(getFolder(path)))
          .map(({ path }) => getBaseName(path)),
      ),
    ].sort(compareText),
    users: abi.users.toSorted(compareText),
    groups: abi.groups.toSorted(compareText),
    ...(certificates === undefined ? {} : { certificates }),
    hasTimeZones: paths.has('/usr/share/zoneinfo/UTC') || paths.has('/usr/share/zoneinfo/Etc/UTC'),
    locales: listLocales(files),
    writableFolders: files
      .filter(({ type, mode }) => type === 'directory' && (mode & WRITABLE_BY_ALL) !== 0)
      .map(({ path }) => path)
      .sort(compareText),
    folderLinks: listFolderLinks(files, byPath),
    paths: [...new Set([...paths].map(computePathKey))].sort(compareText).join(''),
  };
}

type ByPath = ReadonlyMap<string, InventoryFile>;

function listLibraries(
  files: readonly InventoryFile[],
  byPath: ByPath,
  abi: AbiFacts,
): readonly ProvidedLibrary[] {
  const found = new Map<string, ProvidedLibrary>();
  for (const { path, type } of files) {
    if (type === 'directory' || !LIBRARY_FOLDER.test(getFolder(path))) {
      continue;
    }
    const real = followLinks(path, byPath);
    const facts = abi.files.get(real);
    const name = getBaseName(path);
    const { soname = getBaseName(real) } = facts ?? {};
    // Links have the names that programs need: `libc.musl-x86_64.so.1` is the loader itself.
    if (facts !== undefined && (name === soname || (type === 'symlink' && /\.so\.\d/.test(name)))) {
      const { machine, definedVersions: versions } = facts;
      found.set(`${name} ${machine}`, { name, path: real, machine, versions });
    }
  }
  return [...found.values()].sort(
    (left, right) => compareText(left.name, right.name) || compareText(left.machine, right.machine),
  );
}

function joinNeeds({ files }: AbiFacts): readonly VersionNeeds[] {
  const needs = new Map<string, Set<string>>();
  for (const { neededVersions } of files.values()) {
    for (const { library, versions } of neededVersions) {
      const known = needs.get(library) ?? new Set();
      needs.set(library, new Set([...known, ...versions]));
    }
  }
  return [...needs]
    .map(([library, versions]) => ({ library, versions: [...versions].sort(compareText) }))
    .sort((left, right) => compareText(left.library, right.library));
}

function listLocales(files: readonly InventoryFile[]): readonly string[] {
  const names = files.flatMap(
    ({ path }) =>
      /^\/usr\/(?:lib\/locale|share\/i18n\/locales\/musl)\/([^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort(compareText);
}

function listFolderLinks(files: readonly InventoryFile[], byPath: ByPath): readonly string[] {
  return files
    .filter(({ path, type }) => type === 'symlink' && path.split('/').length <= LINK_DEPTH_MAX)
    .flatMap(({ path }) => {
      const real = followLinks(path, byPath);
      return byPath.get(real)?.type === 'directory' ? [`${path} ${real}`] : [];
    })
    .sort(compareText);
}

/** Deeper links, such as those of documentation, never lead to programs. */
const LINK_DEPTH_MAX = 4;

/** Follows a link at a real path, but not links among the directories of its target. */
function followLinks(path: string, byPath: ByPath): string {
  let at = path;
  for (let links = 0; links < LINKS_MAX; links += 1) {
    const file = byPath.get(at);
    const target =
      file?.type === 'symlink' || file?.type === 'hardlink' ? file.linkTarget : undefined;
    if (target === undefined) {
      return at;
    }
    at = joinLinkTarget(at, target);
  }
  return at;
}

function getFolder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** 36 bits: among 10,000 paths, one in 7 million other paths has the key of one of them. */
const PATH_KEY_CHARS = 6;

function computePathKey(path: string): string {
  return createHash('sha256').update(path).digest('base64url').slice(0, PATH_KEY_CHARS);
}

/** The paths of a base image, of which only short keys are stored. */
export class PathSet {
  readonly #keys: ReadonlySet<string>;
  readonly #links: ReadonlyMap<string, string>;

  constructor({ paths, folderLinks }: Pick<Provisions, 'paths' | 'folderLinks'>) {
    this.#keys = new Set(paths.match(/.{6}/gs));
    this.#links = new Map(folderLinks.map((text) => text.split(' ') as [string, string]));
  }

  /** Whether a file, link or directory has this path, also through links to directories. */
  hasPath(path: string): boolean {
    return (
      this.#keys.has(computePathKey(path)) || this.#keys.has(computePathKey(this.toRealPath(path)))
    );
  }

  /** Resolves links to directories, the longest first. */
  toRealPath(path: string): string {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const real = this.#links.get(path.slice(0, end));
      if (real !== undefined) {
        return `${real}${path.slice(end)}`;
      }
    }
    return path;
  }
}
