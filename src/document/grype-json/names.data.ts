/**
 * Grype's names of distributions whose `ID` in os-release(5) differs.
 *
 * Origin: names and languages are those of Grype's `grype/distro/type.go` and of
 * `mimicV5GithubNamespace` in `grype/db/v6/vulnerability.go` (Apache-2.0, compared at anchore/grype
 * 4562c55cebba; see NOTICE), because this format has to match Grype, including its mistake to count
 * SWI-Prolog as Swift.
 */
export const DISTRO_NAMES: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['almalinux', 'almalinux'],
  ['alpine', 'alpine'],
  ['amzn', 'amazonlinux'],
  ['arch', 'archlinux'],
  ['azurelinux', 'azurelinux'],
  ['busybox', 'busybox'],
  ['centos', 'centos'],
  ['chainguard', 'chainguard'],
  ['debian', 'debian'],
  ['echo', 'echo'],
  ['fedora', 'fedora'],
  ['gentoo', 'gentoo'],
  ['hummingbird', 'hummingbird'],
  ['mariner', 'mariner'],
  ['minimos', 'minimos'],
  ['ol', 'oraclelinux'],
  ['opensuse-leap', 'opensuseleap'],
  ['photon', 'photon'],
  ['postmarketos', 'postmarketos'],
  ['raspbian', 'raspbian'],
  ['rhel', 'redhat'],
  ['rocky', 'rockylinux'],
  ['scientific', 'scientific'],
  ['scientific linux', 'scientific'],
  ['secureos', 'secureos'],
  ['sles', 'sles'],
  ['ubuntu', 'ubuntu'],
  ['windows', 'windows'],
  ['wolfi', 'wolfi'],
]);

/** Language in the namespace of an ecosystem; other names are used unchanged. */
export const NAMESPACE_LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['golang', 'go'],
  ['go-module', 'go'],
  ['composer', 'php'],
  ['php-composer', 'php'],
  ['cargo', 'rust'],
  ['rust-crate', 'rust'],
  ['pub', 'dart'],
  ['dart-pub', 'dart'],
  ['nuget', 'dotnet'],
  ['dotnet', 'dotnet'],
  ['maven', 'java'],
  ['java-archive', 'java'],
  ['jenkins-plugin', 'java'],
  ['swifturl', 'swift'],
  ['swiplpack', 'swift'],
  ['swift', 'swift'],
  ['node', 'javascript'],
  ['npm', 'javascript'],
  ['pypi', 'python'],
  ['pip', 'python'],
  ['python', 'python'],
  ['rubygems', 'ruby'],
  ['gem', 'ruby'],
]);

/** Namespace parts for providers or systems with another name. */
export const NAMESPACE_PROVIDERS: ReadonlyMap<string, string> = new Map([['rhel', 'redhat']]);
export const NAMESPACE_SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['amazon', 'amazonlinux'],
  ['oracle', 'oraclelinux'],
]);
/** Providers whose namespaces end with the major version. */
export const MAJOR_ONLY_PROVIDERS: ReadonlySet<string> = new Set(['rhel', 'oracle']);
/** Systems with a two-digit minor version. */
export const TWO_DIGIT_MINOR_SYSTEMS: ReadonlySet<string> = new Set(['ubuntu']);
/** Systems that always have a minor version, and whose name depends on the major version. */
export const RENAMED_SYSTEMS: ReadonlySet<string> = new Set(['mariner', 'azurelinux']);
export const NAME_BY_MAJOR: ReadonlyMap<string, string> = new Map([
  ['1', 'mariner'],
  ['2', 'mariner'],
]);
export const NAME_OF_LATER_MAJOR = 'azurelinux';

/** Ecosystems that were once modeled as operating systems. */
export const WINDOWS_ECOSYSTEMS: ReadonlySet<string> = new Set(['msrc', 'msrc-kb']);
export const PLAIN_ECOSYSTEMS: ReadonlySet<string> = new Set(['bitnami']);

/** Names of version formats by the terms of advisory sources in lower case. */
export const FORMAT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    semantic: 'semantic semver npm nuget composer hex pub swift conan cocoapods hackage',
    apk: 'apk',
    bitnami: 'bitnami',
    deb: 'deb dpkg',
    go: 'go golang go-module',
    maven: 'maven java-archive jenkins-plugin',
    rpm: 'rpm',
    python: 'python pypi pep440',
    kb: 'kb msrc-kb',
    gem: 'gem',
    portage: 'portage',
    jvm: 'jvm jre jdk openjdk jep223',
    pacman: 'pacman alpm',
  }).flatMap(([format, words]) => words.split(' ').map((word) => [word, format] as const)),
);

/** Authority of an ID by its prefix in lower case. */
export const CVE_PREFIX = 'cve-';
export const GHSA_PREFIX = 'ghsa-';
export const CVE_KEEPER = 'nvd';
export const GHSA_KEEPER = 'github';

/**
 * Rules that Grype lists with the matches they suppress, in its notation. It does not list matches
 * that other rules suppress.
 */
export const SHOWN_RULES: ReadonlyMap<string, readonly ShownRule[]> = new Map([
  [
    'kernel-headers',
    [
      { name: 'kernel-headers', upstream: 'kernel', type: 'rpm', pattern: /^kernel-headers$/ },
      {
        name: 'linux(-.*)?-headers-.*',
        upstream: 'linux.*',
        type: 'deb',
        pattern: /^linux(-.*)?-headers-/,
      },
      { name: 'linux-libc-dev', upstream: 'linux', type: 'deb', pattern: /^linux-libc-dev$/ },
      { name: 'linux-kbuild-.*', upstream: 'linux.*', type: 'deb', pattern: /^linux-kbuild-/ },
    ],
  ],
]);

export interface ShownRule {
  readonly name: string;
  readonly upstream: string;
  readonly type: string;
  /** Names that the rule applies to. */
  readonly pattern: RegExp;
}
