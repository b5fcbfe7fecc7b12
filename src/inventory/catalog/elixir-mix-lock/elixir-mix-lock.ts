import { posix } from 'node:path';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import type { Problem, ProblemNote } from '../../../foundation/core/problem.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import {
  getTermList,
  getTermText,
  parseTerms,
  type Term,
} from '../../../foundation/syntax/erlang-term/erlang-term.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { type Line, splitLines } from '../../../foundation/syntax/text/lines.ts';
import { type MixRequests, readMixProject } from '../../ecosystem/elixir/mix-project.ts';
import {
  assemblePackageLists,
  groupRequirements,
  type ListedIdentity,
  type ListedPackage,
  type PackageList,
} from '../../ecosystem/package-list.ts';
import { createProductionTest } from '../../ecosystem/production-set.ts';

type MixFact = PackageList | MixRequests;

/**
 * Packages locked by Mix, except those that only environments other than production need, as
 * declared by the project beside the lock file. Dependencies in a directory of the project have no
 * version and are not packages.
 */
export const elixirMixLock: Cataloger<MixFact> = {
  id: 'elixir-mix-lock',
  alias: 'elixir-mix-lock-cataloger',
  version: 3,
  title: 'Packages locked by Mix',
  spec: 'https://hexdocs.pm/mix/Mix.Tasks.Deps.html',
  tags: ['declared', 'directory', 'elixir', 'hex', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'lock', paths: ['**/mix.lock'], maxBytes: 'lockFileBytesMax' },
    { role: 'project', paths: ['**/mix.exs'], maxBytes: 'configFileBytesMax' },
  ],
  extract: (file) => (file.role === 'lock' ? extractLock(file) : extractProject(file)),
  assemble: (input) => {
    const { lists, problems } = selectProductionLists(input);
    const assembly = assemblePackageLists({ ...input, facts: lists }, identify);
    return { ...assembly, problems };
  },
};

function identify({ name, version, metadata }: ListedPackage): ListedIdentity {
  // A commit of a repository is not a release of the registry package with that name.
  const isRelease = getText(metadata ?? {}, 'pkgHash') !== '';
  return {
    type: 'hex',
    language: 'elixir',
    purl: isRelease ? writePurl({ type: 'hex', name, version }) : '',
    foundBy: elixirMixLock.id,
    rule: 'an entry in mix.lock',
    kind: 'elixir-mix-lock-entry',
  };
}

/**
 * Mix writes each entry on its own line; older versions open the map on the line of the first
 * entry.
 */
function extractLock({ content, limits, budget }: WantedFile): Extraction<PackageList> {
  const packages: ListedPackage[] = [];
  const problems: ProblemNote[] = [];
  for (const line of splitLines(readText(content))) {
    const entry = readMixEntry(line, budget);
    if (entry !== undefined && packages.length === limits.recordsMax) {
      problems.push({
        code: 'P_LIMIT',
        message: 'the lock file has more entries than recordsMax allows',
      });
      break;
    }
    if (entry === 'broken') {
      const message = 'the entry was left out: it is malformed';
      problems.push({ code: 'P_RECORD', message, line: line.number });
    } else if (entry !== undefined) {
      packages.push(entry);
    }
  }
  return { fact: { packages }, problems };
}

function extractProject({ content, budget }: WantedFile): Extraction<MixRequests> {
  const requests = readMixProject(readText(content), budget);
  return requests === undefined ? {} : { fact: requests };
}

/**
 * Returns the lock files, each reduced to the packages that production installs. Project files only
 * serve this purpose and are not returned.
 */
function selectProductionLists(input: AssemblyInput<MixFact>): {
  readonly lists: readonly VisibleFact<PackageList>[];
  readonly problems: readonly Problem[];
} {
  const projects = new MixProjects(input);
  const lists = input.facts.flatMap(({ fact, ...visible }) => {
    if ('production' in fact) {
      return [];
    }
    const requests = projects.findRequests(posix.dirname(visible.path));
    const packages = selectProduction(fact.packages, requests);
    return [{ ...visible, fact: { packages }, earlier: [] }];
  });
  return { lists, problems: [...projects.unreadable].map(createUnreadableProblem) };
}

function createUnreadableProblem(path: string): Problem {
  const message =
    'packages that only development needs are listed too: the project computes its list of packages';
  return { code: 'P_UNSUPPORTED', message, plugin: elixirMixLock.id, path };
}

/** Finds the projects of lock files, and those of umbrellas, which many projects may share. */
class MixProjects {
  /** Paths of projects of lock files that were not understood. */
  readonly unreadable = new Set<string>();
  readonly #view: FileView;
  readonly #projects: FileRefMap<MixRequests>;
  readonly #budget: Budget;
  readonly #umbrellas = new Map<string, MixRequests | undefined>();

  constructor({ view, facts, budget }: AssemblyInput<MixFact>) {
    this.#view = view;
    this.#budget = budget;
    this.#projects = new FileRefMap(
      facts.flatMap(({ ref, fact }) => ('production' in fact ? [[ref, fact] as const] : [])),
    );
  }

  /**
   * Returns the requests of the projects of a lock file; `undefined` if they may request packages
   * that they do not name.
   */
  findRequests(folder: string): MixRequests | undefined {
    const own = this.#readProject(folder);
    if (own?.appsFolder === undefined) {
      return own;
    }
    const place = this.#view.findRealFolder(posix.join(folder, own.appsFolder));
    return place === undefined ? undefined : this.#unite([own, this.#readUmbrella(place)]);
  }

  #readProject(folder: string): MixRequests | undefined {
    const path = posix.join(folder, 'mix.exs');
    const resolved = this.#view.resolve(path);
    const requests = resolved && this.#projects.get(resolved.ref);
    if (resolved !== undefined && requests === undefined) {
      this.unreadable.add(path);
    }
    return requests?.isOpen === true ? undefined : requests;
  }

  /** An umbrella whose projects are not in the target may request anything. */
  #readUmbrella(place: string): MixRequests | undefined {
    if (!this.#umbrellas.has(place)) {
      const projects = this.#view
        .list(place)
        .map((name) => posix.join(place, name))
        .filter((folder) => this.#view.resolve(posix.join(folder, 'mix.exs')) !== undefined)
        .map((folder) => this.#readProject(folder));
      this.#umbrellas.set(place, projects.length === 0 ? undefined : this.#unite(projects));
    }
    return this.#umbrellas.get(place);
  }

  /** Returns `undefined` if the requests of a project are unknown, or no steps are left. */
  #unite(projects: readonly (MixRequests | undefined)[]): MixRequests | undefined {
    const known = projects.filter((project) => project !== undefined);
    const count = known.reduce(
      (sum, each) => sum + each.production.length + each.development.length,
      0,
    );
    if (known.length < projects.length || !this.#budget.takeCandidates(count)) {
      return undefined;
    }
    const production = new Set(known.flatMap((each) => each.production));
    const development = new Set(known.flatMap((each) => each.development));
    return {
      production: [...production],
      development: [...development].filter((name) => !production.has(name)),
      isOpen: false,
    };
  }
}

function selectProduction(
  packages: readonly ListedPackage[],
  requests: MixRequests | undefined,
): readonly ListedPackage[] {
  if (requests === undefined || requests.development.length === 0) {
    return packages;
  }
  const { production, development } = requests;
  const needs = groupRequirements(packages);
  const forDevelopment = new Set(development);
  const required = new Set(packages.flatMap(({ requires = [] }) => requires));
  // A package without a known requirement may be required in an unsupported way.
  const unrequested = [...needs.keys()].filter(
    (key) => !required.has(key) && !forDevelopment.has(key),
  );
  const isInProduction = createProductionTest(
    { production: [...production, ...unrequested], development },
    (key) => needs.get(key) ?? [],
  );
  return packages.filter(({ name, provides = [name] }) => provides.some(isInProduction));
}

function readMixEntry(
  { text, number }: Line,
  budget: Budget,
): ListedPackage | 'broken' | undefined {
  const entry = text.trim().replace(/^%\{/, '');
  if (entry === '' || entry === '}') {
    return undefined;
  }
  const [name, source, ...others] = parseTerms(entry, budget, { comment: '#' }) ?? [];
  if (typeof name !== 'string' || typeof source !== 'object' || others.length > 0) {
    return 'broken';
  }
  switch (getTermText(source, 0)) {
    case 'hex':
      return readHex(name, source, number);
    case 'git':
      return readGit(name, source, number);
    case 'path':
      return undefined;
    default:
      return 'broken';
  }
}

/** `{:hex, name, version, hash, managers, dependencies, repository, outer hash}`. */
function readHex(key: string, source: Term, line: number): ListedPackage | 'broken' {
  const name = getTermText(source, 1);
  const version = getTermText(source, 2);
  if (name === '' || version === '') {
    return 'broken';
  }
  const dependencies = getTermList(source, 5)
    .map((dependency) => getTermText(dependency, 0))
    .filter((dependency) => dependency !== '');
  const hashes = { pkgHash: getTermText(source, 3), pkgHashExt: getTermText(source, 7) };
  const known = Object.entries(hashes).filter(([, hash]) => hash !== '');
  return {
    name,
    version,
    line,
    provides: [key],
    requires: dependencies,
    metadata: {
      name,
      version,
      ...Object.fromEntries(known),
      ...(dependencies.length === 0 ? {} : { dependencies }),
    },
  };
}

/** `{:git, URL, commit, options}`. */
function readGit(name: string, source: Term, line: number): ListedPackage | 'broken' {
  const version = getTermText(source, 2);
  return version === '' ? 'broken' : { name, version, line, metadata: { name, version } };
}
