/** Bans of the tidy check as data. Each names what to write instead. */

interface Ban {
  /** What is written, e.g. `Date.now`, `Intl` or `any`. */
  readonly name: string;
  readonly instead: string;
  /** Folders of `src` where it is right. */
  readonly except: readonly string[];
}

const CLOCK = 'take the time as a parameter: only cli and server read the clock';
const CHANCE = 'derive it from the content: output must not depend on chance';
const ORDER = 'compareText of core/compare-text.ts: its order is the same on every machine';
const PRINT = 'return it or emit a progress event: only cli prints';

/** `a.b` as a member of a global. */
export const BANNED_MEMBERS: readonly Ban[] = [
  { name: 'Date.now', instead: CLOCK, except: ['cli', 'server', 'library'] },
  { name: 'performance.now', instead: CLOCK, except: ['cli', 'server', 'library'] },
  { name: 'Math.random', instead: CHANCE, except: ['cli', 'server', 'library'] },
  { name: 'process.exit', instead: 'throw, or return the exit status', except: ['cli'] },
  { name: 'process.stdout', instead: PRINT, except: ['cli'] },
  { name: 'process.stderr', instead: PRINT, except: ['cli'] },
  {
    name: 'process.getBuiltinModule',
    instead: 'import it: the table of imports is held against imports',
    except: [],
  },
];

/** Any use of the global of that name. */
export const BANNED_GLOBALS: readonly Ban[] = [
  { name: 'Intl', instead: ORDER, except: [] },
  { name: 'console', instead: PRINT, except: ['cli'] },
  { name: 'eval', instead: 'write the code out', except: [] },
];

/** Any member of that name, whatever it is taken from. */
export const BANNED_METHODS: readonly Ban[] = [
  { name: 'localeCompare', instead: ORDER, except: [] },
  { name: 'toLocaleString', instead: 'format it by hand', except: [] },
  { name: 'toLocaleDateString', instead: 'toISOString', except: [] },
  { name: 'toLocaleLowerCase', instead: 'toLowerCase', except: [] },
  { name: 'toLocaleUpperCase', instead: 'toUpperCase', except: [] },
];

/** Syntax, by the name of its node. */
export const BANNED_SYNTAX: readonly Ban[] = [
  { name: 'TSNonNullExpression', instead: 'present() of core/assert.ts, or a check', except: [] },
  { name: 'TSAnyKeyword', instead: 'unknown, and a check', except: [] },
  { name: 'TSEnumDeclaration', instead: 'a union made from `as const`', except: [] },
  { name: 'TSModuleDeclaration', instead: 'a module', except: [] },
  { name: 'TSParameterProperty', instead: 'a field that is assigned', except: [] },
];

export const SYNTAX_TITLES: Readonly<Record<string, string>> = {
  TSNonNullExpression: "'!' after a value",
  TSAnyKeyword: "'any'",
  TSEnumDeclaration: "'enum'",
  TSModuleDeclaration: "'namespace'",
  TSParameterProperty: 'a parameter property',
};

/** Words in comments. In two parts, so that this file does not hold what it bans. */
export const BANNED_WORDS: readonly string[] = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'];

/** Hosts of package registries: a source names packages, never where this machine gets them. */
export const BANNED_HOSTS: readonly string[] = [
  'registry.npm' + 'js.org',
  'registry.yarn' + 'pkg.com',
  'files.python' + 'hosted.org',
  'static.crates' + '.io',
  'index.crates' + '.io',
  'proxy.golang' + '.org',
  'sum.golang' + '.org',
  'repo1.maven' + '.org',
  'repo.maven.apache' + '.org',
  'deb.debian' + '.org',
];

/** Folders of the machine that the code was written on. */
export const BANNED_FOLDERS: readonly string[] = ['/wor' + 'k/'];

/** Beginnings of paths that the program may not hold; the images of tests have such folders. */
export const BANNED_FOLDERS_IN_SOURCES: readonly string[] = ['/tm' + 'p/'];

/** Names of ecosystems, package types and distributions: known to plug-ins only. */
const PLUG_IN_NAMES: ReadonlySet<string> = new Set([
  'almalinux',
  'alpine',
  'amazonlinux',
  'amzn',
  'apk',
  'arch',
  'archlinux',
  'azurelinux',
  'bitnami',
  'bottlerocket',
  'cargo',
  'centos',
  'chainguard',
  'cocoapods',
  'composer',
  'conan',
  'conda',
  'cran',
  'deb',
  'debian',
  'dotnet',
  'dpkg',
  'fedora',
  'gem',
  'github-action',
  'go-module',
  'golang',
  'hackage',
  'java',
  'java-archive',
  'jenkins-plugin',
  'mariner',
  'maven',
  'minimos',
  'npm',
  'nuget',
  'opensuse',
  'oracle',
  'oraclelinux',
  'packagist',
  'photon',
  'php-composer',
  'portage',
  'pub',
  'pypi',
  'python',
  'redhat',
  'rhel',
  'rocky',
  'rockylinux',
  'rpm',
  'ruby',
  'rubygems',
  'rust-crate',
  'secureos',
  'sles',
  'suse',
  'swift',
  'ubuntu',
  'wolfi',
  'wordpress-plugin',
]);

/** Names of output formats: known to the formats only. */
const FORMAT_NAMES: ReadonlySet<string> = new Set([
  'cyclonedx',
  'cyclonedx-json',
  'cyclonedx-xml',
  'grype-json',
  'openvex',
  'sarif',
  'spdx',
  'spdx-json',
  'spdx-tag-value',
  'syft-json',
]);

interface NameRule {
  readonly names: ReadonlySet<string>;
  /** Where the names are banned, and where in it they are right. */
  readonly folders: readonly string[];
  readonly except: readonly string[];
}

export const NAME_RULES: readonly NameRule[] = [
  {
    names: PLUG_IN_NAMES,
    folders: ['src/assess', 'src/assemble', 'src/match', 'src/report', 'src/server', 'src/core'],
    except: [
      'src/match/matcher',
      'src/match/parity',
      // Vocabularies of CPE attributes, which are data about names and decide nothing.
      'src/match/platform-cpe.data.ts',
      'src/match/target-software.data.ts',
      'src/document/syft-json',
      'src/document/grype-json',
    ],
  },
  {
    names: FORMAT_NAMES,
    folders: ['src/assess', 'src/assemble', 'src/match', 'src/server', 'src/core'],
    except: ['src/match/parity'],
  },
];

/** Sizes, in lines and columns. */
export const SIZES = {
  functionLinesMax: 70,
  parametersMax: 4,
  fileLinesMax: 500,
  testFileLinesMax: 900,
  lineColumnsMax: 100,
} as const;
