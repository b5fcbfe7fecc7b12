import { posix } from 'node:path';
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
import type { Problem } from '../../../foundation/core/problem.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { type Line, splitLines } from '../../../foundation/syntax/text/lines.ts';
import {
  assemblePackageLists,
  groupRequirements,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { createProductionTest } from '../../ecosystem/production-set.ts';
import {
  type GemRequests,
  readDevelopmentDependencies,
  readGemfile,
} from '../../ecosystem/ruby/gemfile.ts';

interface GemLock extends PackageList {
  /** Names of the gems that the project itself requires, in any group. */
  readonly direct: readonly string[];
}

interface GemSpecification {
  readonly developmentDependencies: readonly string[];
}

type GemFact = GemLock | GemRequests | GemSpecification;

/**
 * Gems locked by Bundler, except those that only groups for development and tests require,
 * according to the Gemfile beside the lock file. Without a Gemfile, all gems are kept.
 */
export const rubyGemfileLock: Cataloger<GemFact> = {
  id: 'ruby-gemfile-lock',
  alias: 'ruby-gemfile-cataloger',
  version: 3,
  title: 'Gems locked by Bundler',
  spec: 'https://bundler.io/guides/rationale.html',
  tags: ['declared', 'directory', 'gem', 'language', 'package', 'ruby'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'lock',
      paths: ['**/Gemfile.lock', '**/Gemfile.next.lock', '**/gems.locked'],
      maxBytes: 'lockFileBytesMax',
    },
    {
      role: 'gemfile',
      paths: ['**/Gemfile', '**/Gemfile.next', '**/gems.rb'],
      maxBytes: 'configFileBytesMax',
    },
    { role: 'specification', paths: ['**/*.gemspec'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble: (input) => {
    const { lists, problems } = selectProductionLists(input);
    const assembly = assemblePackageLists({ ...input, facts: lists }, ({ name, version }) => ({
      type: 'gem',
      language: 'ruby',
      purl: writePurl({ type: 'gem', name, version }),
      foundBy: rubyGemfileLock.id,
      rule: 'a gem in the Bundler lock file',
    }));
    return { ...assembly, problems };
  },
};

/** Sections with gems. Later parts of the file repeat them without a version. */
const SECTIONS: ReadonlySet<string> = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE']);
const DIRECT_SECTION = 'DEPENDENCIES';

const DIRECT_INDENT = 2;
const GEM_INDENT = 4;
const DEPENDENCY_INDENT = 6;

interface GemRecord {
  readonly line: Line;
  readonly requires: string[];
}

function extract({ role, content, limits, budget }: WantedFile): Extraction<GemFact> {
  const text = readText(content);
  if (role === 'lock') {
    const { records, direct } = readLock(text);
    const { fact, problems } = readPackageList(records, 'gem', limits, readGem);
    return { fact: { packages: fact.packages, direct }, problems };
  }
  if (role === 'gemfile') {
    const requests = readGemfile(text, budget);
    return requests === undefined ? {} : { fact: requests };
  }
  const developmentDependencies = readDevelopmentDependencies(text, budget);
  return developmentDependencies === undefined ? {} : { fact: { developmentDependencies } };
}

/**
 * A gem is a line indented by four, and its dependencies are the following lines indented by six.
 */
function readLock(text: string): { readonly records: GemRecord[]; readonly direct: string[] } {
  const records: GemRecord[] = [];
  const direct: string[] = [];
  let section = '';
  for (const line of splitLines(text)) {
    const indent = line.text.length - line.text.trimStart().length;
    if (indent === 0 && line.text !== '') {
      section = line.text.trimEnd();
    } else if (section === DIRECT_SECTION && indent === DIRECT_INDENT) {
      // An exclamation mark means a source of its own.
      direct.push(parseGemName(line.text).replace(/!$/, ''));
    } else if (SECTIONS.has(section) && indent === GEM_INDENT) {
      records.push({ line, requires: [] });
    } else if (SECTIONS.has(section) && indent === DEPENDENCY_INDENT) {
      records.at(-1)?.requires.push(parseGemName(line.text));
    }
  }
  return { records, direct };
}

function parseGemName(text: string): string {
  return text.trim().split(' ', 1)[0] ?? '';
}

function readGem({ line, requires }: GemRecord): ListedPackage | undefined {
  const name = parseGemName(line.text);
  const [, version] = /\(([^()\s]+)\)\s*$/.exec(line.text) ?? [];
  return version === undefined ? undefined : { name, version, line: line.number, requires };
}

/**
 * Returns lock files with the gems that production installs; Gemfiles and specifications are
 * consumed.
 */
function selectProductionLists({ view, facts }: AssemblyInput<GemFact>): {
  readonly lists: readonly VisibleFact<PackageList>[];
  readonly problems: readonly Problem[];
} {
  const factByRef = new FileRefMap(facts.map(({ fact, ref }) => [ref, fact] as const));
  const problems = new Map<string, Problem>();
  /** Reports a program without a fact: it was not understood. */
  const findFact = (path: string): GemFact | undefined => {
    const found = view.resolve(path);
    const fact = found && factByRef.get(found.ref);
    if (found !== undefined && fact === undefined) {
      problems.set(path, createUnreadableProblem(path));
    }
    return fact;
  };
  const lists = facts.flatMap(({ fact, ...visible }) => {
    if (!('direct' in fact)) {
      return [];
    }
    const folder = posix.dirname(visible.path);
    const gemfile = listGemfileNames(posix.basename(visible.path))
      .map((name) => posix.join(folder, name))
      .find((path) => view.resolve(path) !== undefined);
    const requests = gemfile === undefined ? undefined : findFact(gemfile);
    const development =
      requests !== undefined && 'production' in requests
        ? listDevelopmentNames(requests, () => listSpecifications(folder, view).map(findFact))
        : new Set<string>();
    const packages = selectProduction(fact, development);
    return [{ ...visible, fact: { packages }, earlier: [] }];
  });
  return { lists, problems: [...problems.values()] };
}

function createUnreadableProblem(path: string): Problem {
  const message =
    'gems that only development needs are listed too: the file computes its list of gems';
  return { code: 'P_UNSUPPORTED', message, plugin: rubyGemfileLock.id, path };
}

function listSpecifications(folder: string, view: FileView): readonly string[] {
  return view
    .list(view.findRealFolder(folder) ?? folder)
    .filter((name) => name.endsWith('.gemspec'))
    .map((name) => posix.join(folder, name));
}

/** Names of the Gemfile of a lock file, the likeliest first. */
function listGemfileNames(lock: string): readonly string[] {
  return lock === 'gems.locked'
    ? ['gems.rb']
    : lock === 'Gemfile.next.lock'
      ? ['Gemfile.next', 'Gemfile']
      : ['Gemfile'];
}

function listDevelopmentNames(
  { development, production, hasSpecification }: GemRequests,
  findSpecifications: () => readonly (GemFact | undefined)[],
): ReadonlySet<string> {
  const specified = (hasSpecification ? findSpecifications() : []).flatMap((each) =>
    each !== undefined && 'developmentDependencies' in each ? each.developmentDependencies : [],
  );
  const inProduction = new Set(production);
  const names = [...development, ...specified];
  return new Set(names.filter((name) => !inProduction.has(name)));
}

/** Builds of one gem for several platforms share a name and are needed together. */
function selectProduction(
  { packages, direct }: GemLock,
  development: ReadonlySet<string>,
): readonly ListedPackage[] {
  if (development.size === 0) {
    return packages;
  }
  const needs = groupRequirements(packages);
  const roots = {
    production: direct.filter((name) => !development.has(name)),
    development: direct.filter((name) => development.has(name)),
  };
  const isInProduction = createProductionTest(roots, (name) => needs.get(name) ?? []);
  return packages.filter(({ name }) => isInProduction(name));
}
