import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { decodeXml } from '../../../foundation/syntax/xml/decode-xml.ts';
import {
  findElements,
  parseXml,
  type XmlElement,
} from '../../../foundation/syntax/xml/xml-tree.ts';
import { toNugetPurl } from '../../ecosystem/dotnet/nuget-purl.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  mergeSameVersions,
  type PackageList,
} from '../../ecosystem/package-list.ts';

/** Requirements of a project file, or of a file that applies to all projects below it. */
interface ProjectFact {
  /** Referenced packages; without a version if a central list has it. */
  readonly references: readonly ListedPackage[];
  /** Versions that a central list sets. */
  readonly central: readonly ListedPackage[];
  /** Whether there may be references that the files of the target do not contain. */
  readonly isOpen: boolean;
}

/**
 * Packages that .NET projects require in one version, possibly from a central list. NuGet installs
 * the lowest matching version, which is this one unless another package requires more. Ranges and
 * properties that are set elsewhere are left out, and so are projects with a lock file or restored
 * assets in the target. A central list counts by itself if it has no project below it, or if
 * projects may have references that could not be read.
 */
export const nugetProjectFile: Cataloger<ProjectFact> = {
  id: 'nuget-project-file',
  alias: 'nuget-project-file-cataloger',
  version: 2,
  title: 'Packages referenced by .NET projects',
  spec: 'https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files',
  tags: ['declared', 'directory', 'dotnet', 'language', 'nuget', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'project',
      paths: ['**/*.csproj', '**/*.fsproj', '**/*.vbproj'],
      maxBytes: 'configFileBytesMax',
    },
    {
      role: 'central',
      paths: ['**/*Packages.props', '**/*packages.props'],
      maxBytes: 'configFileBytesMax',
    },
    {
      role: 'shared',
      paths: ['**/Directory.Build.props', '**/Directory.Build.targets'],
      maxBytes: 'configFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists({ ...input, facts: selectPackageLists(input) }, ({ name, version }) => ({
      type: 'dotnet',
      language: 'dotnet',
      purl: toNugetPurl(name, version),
      foundBy: nugetProjectFile.id,
      rule: 'a package reference in a project file',
      confidence: 0.6,
    })),
};

const REFERENCES = ['PackageReference', 'GlobalPackageReference'] as const;

function extract({ content, limits, budget }: WantedFile): Extraction<ProjectFact> {
  const root = parseXml(decodeXml(readWhole(content)), budget);
  if (root?.name !== 'Project') {
    return {
      problems: [{ code: 'P_MALFORMED', message: 'the file is not a well-formed project' }],
    };
  }
  const properties = readProperties(root);
  const listReferences = (name: string): ListedPackage[] =>
    [...findElements(root, name)].flatMap((element) => readReference(element, properties));
  const references = REFERENCES.flatMap(listReferences);
  const central = listReferences('PackageVersion').filter(({ version }) => version !== '');
  const isCutOff = references.length + central.length > limits.recordsMax;
  const cutOff: ProblemNote = {
    code: 'P_LIMIT',
    message: 'the file has more references than recordsMax',
  };
  return {
    fact: {
      references: references.slice(0, limits.recordsMax),
      central: central.slice(0, limits.recordsMax),
      isOpen: isOpenProject(root, properties),
    },
    problems: isCutOff ? [cutOff] : [],
  };
}

/**
 * MSBuild applies files with these names without an explicit import, and they import each other.
 */
const KNOWN_IMPORT = /\bDirectory\.(?:Build|Packages)\.(?:props|targets)\b/;

function isOpenProject(root: XmlElement, properties: ReadonlyMap<string, string>): boolean {
  const pinsTransitive = properties.get('CentralPackageTransitivePinningEnabled')?.trim() ?? '';
  return (
    /^true$/i.test(pinsTransitive) ||
    [...findElements(root, 'Import')].some(
      ({ attributes }) =>
        attributes['Sdk'] === undefined && !KNOWN_IMPORT.test(attributes['Project'] ?? ''),
    )
  );
}

function selectPackageLists(input: AssemblyInput<ProjectFact>): VisibleFact<PackageList>[] {
  const { view, facts } = input;
  const lists = new CentralLists(input);
  return facts.flatMap(({ fact, ...visible }) => {
    const { path, role } = visible;
    const folder = posix.dirname(path);
    const isSettled =
      role === 'project' &&
      SETTLED.some((name) => view.resolve(posix.join(folder, name)) !== undefined);
    const referred = isSettled
      ? []
      : fact.references.flatMap((each) =>
          each.version === '' ? lists.findVersions(each.name, folder) : [each],
        );
    const packages = mergeSameVersions([...referred, ...(lists.isInUse(path) ? [] : fact.central)]);
    return [{ ...visible, fact: { packages }, earlier: [] }];
  });
}

/** Files with NuGet's resolution for a project, in its directory. */
const SETTLED = ['packages.lock.json', 'obj/project.assets.json'] as const;
const CENTRAL_NAME = 'directory.packages.props';

/**
 * The central lists of a target, and the projects that they apply to: those below their
 * directories.
 */
class CentralLists {
  /** Versions by the directory of the list and the name of the package, in any case. */
  readonly #versions = new Map<string, Map<string, ListedPackage[]>>();
  readonly #foldersWithProjects = new Set<string>();
  readonly #foldersAboveOpen = new Set<string>();
  readonly #openFolders = new Set<string>();
  readonly #budget: Budget;

  constructor({ facts, budget }: AssemblyInput<ProjectFact>) {
    this.#budget = budget;
    for (const { path, role, fact } of facts) {
      const folder = posix.dirname(path);
      if (role === 'central') {
        this.#addVersions(folder, fact.central);
      }
      for (const above of this.#listEnclosingDirectories(folder)) {
        if (role === 'project') {
          this.#foldersWithProjects.add(above);
        }
        if (fact.isOpen) {
          this.#foldersAboveOpen.add(above);
        }
      }
      if (fact.isOpen) {
        this.#openFolders.add(folder);
      }
    }
  }

  /** Returns the versions in the nearest list that has the package; conditions may set several. */
  findVersions(name: string, folder: string): readonly ListedPackage[] {
    for (const above of this.#listEnclosingDirectories(folder)) {
      const found = this.#versions.get(above)?.get(name.toLowerCase());
      if (found !== undefined) {
        return found;
      }
    }
    return [];
  }

  /** Whether the projects below a list show which of its versions are used. */
  isInUse(path: string): boolean {
    const folder = posix.dirname(path);
    return (
      posix.basename(path).toLowerCase() === CENTRAL_NAME &&
      this.#foldersWithProjects.has(folder) &&
      !this.#foldersAboveOpen.has(folder) &&
      !this.#listEnclosingDirectories(folder).some((above) => this.#openFolders.has(above))
    );
  }

  #addVersions(folder: string, central: readonly ListedPackage[]): void {
    const ofFolder = this.#versions.get(folder) ?? new Map<string, ListedPackage[]>();
    this.#versions.set(folder, ofFolder);
    for (const each of central) {
      addToList(ofFolder, each.name.toLowerCase(), each);
    }
  }

  /** Returns the directory itself and all above it, the nearest first. */
  #listEnclosingDirectories(folder: string): string[] {
    if (!this.#budget.takeSteps(folder.length)) {
      return [];
    }
    const folders = [folder];
    for (let at = folder; at !== posix.dirname(at); at = posix.dirname(at)) {
      folders.push(posix.dirname(at));
    }
    return folders;
  }
}

function readProperties(root: XmlElement): ReadonlyMap<string, string> {
  const groups = [...findElements(root, 'PropertyGroup')];
  return new Map(
    groups.flatMap(({ children }) => children.map(({ name, text }) => [name, text] as const)),
  );
}

/** Attributes and elements are equivalent; in old files, the case of attribute names varies. */
function readReference(
  element: XmlElement,
  properties: ReadonlyMap<string, string>,
): ListedPackage[] {
  const name = expandProperties(
    readValue(element, 'Include') || readValue(element, 'Update'),
    properties,
  );
  const written = readValue(element, 'VersionOverride') || readValue(element, 'Version');
  const version = parseExactVersion(expandProperties(written, properties));
  const isElsewhere = written !== '' && version === '';
  return name === '' || isElsewhere || name.includes('$(') ? [] : [{ name, version }];
}

function readValue({ attributes, children }: XmlElement, name: string): string {
  return (attributes[name] ?? children.find((child) => child.name === name)?.text ?? '').trim();
}

/** `$(Name)` is a property. */
function expandProperties(text: string, properties: ReadonlyMap<string, string>): string {
  return text.replace(/\$\((\w{1,128})\)/g, (whole, name: string) => properties.get(name) ?? whole);
}

/** `1.0.0`, or `[1.0.0]`; empty for ranges and floating versions. */
function parseExactVersion(text: string): string {
  return /^\[?\s*(\d[^\s,*$()[\]]*)\s*\]?$/.exec(text)?.[1] ?? '';
}
