/*
 * Origin: ecosystems are those of the OSV schema. Names of sources are those in Grype's databases,
 * whose feeds anchore/vunnel reads.
 */

export interface OsvEcosystem {
  /** Package type that statements are stored under. */
  readonly ecosystem: string;
  /** Version scheme of its ranges. */
  readonly scheme: string;
}

/** `affected[].package.ecosystem` → target of its statements. OSV schema, "Defined Ecosystems". */
export const OSV_ECOSYSTEMS: ReadonlyMap<string, OsvEcosystem> = new Map([
  ['Bioconductor', { ecosystem: 'R-package', scheme: 'cran' }],
  ['Bitnami', { ecosystem: 'Bitnami', scheme: 'bitnami' }],
  ['ConanCenter', { ecosystem: 'conan', scheme: 'conan' }],
  ['CRAN', { ecosystem: 'R-package', scheme: 'cran' }],
  ['GitHub Actions', { ecosystem: 'github-action', scheme: 'semver' }],
  ['Go', { ecosystem: 'go-module', scheme: 'go' }],
  ['Hackage', { ecosystem: 'hackage', scheme: 'hackage' }],
  ['Hex', { ecosystem: 'hex', scheme: 'semver' }],
  ['Julia', { ecosystem: 'julia', scheme: 'semver' }],
  ['Maven', { ecosystem: 'java-archive', scheme: 'maven' }],
  ['NuGet', { ecosystem: 'dotnet', scheme: 'nuget' }],
  ['Packagist', { ecosystem: 'php-composer', scheme: 'composer' }],
  ['Pub', { ecosystem: 'dart-pub', scheme: 'pub' }],
  ['PyPI', { ecosystem: 'python', scheme: 'python' }],
  ['RubyGems', { ecosystem: 'gem', scheme: 'gem' }],
  ['SwiftURL', { ecosystem: 'swift', scheme: 'swift' }],
  ['VSCode', { ecosystem: 'vscode-extension', scheme: 'semver' }],
  ['crates.io', { ecosystem: 'rust-crate', scheme: 'rust' }],
  ['npm', { ecosystem: 'npm', scheme: 'npm' }],
  // Opam orders versions as Debian does.
  ['opam', { ecosystem: 'opam', scheme: 'deb' }],
]);

/** Prefix of an ID → its source, as named in vulnerability databases. */
export const OSV_SOURCES: readonly (readonly [prefix: string, provider: string])[] = [
  ['BIT-', 'bitnami'],
  ['CVE-', 'nvd'],
  ['DRUPAL-', 'drupal'],
  ['GHSA-', 'github'],
  ['GO-', 'govulndb'],
  ['HSEC-', 'haskell'],
  ['JLSEC-', 'julia'],
  ['OSEC-', 'ocaml'],
  ['PYSEC-', 'pypa'],
  ['RSEC-', 'r-consortium'],
  ['RUSTSEC-', 'rustsec'],
];

/** Other names of the ecosystems above: types of package URLs and languages. */
export const ECOSYSTEM_NAMES: readonly (readonly [name: string, ecosystem: string])[] = [
  ['cargo', 'rust-crate'],
  ['composer', 'php-composer'],
  ['cran', 'R-package'],
  ['dart', 'dart-pub'],
  ['elixir', 'hex'],
  ['erlang', 'hex'],
  ['go', 'go-module'],
  ['golang', 'go-module'],
  ['haskell', 'hackage'],
  ['java', 'java-archive'],
  ['javascript', 'npm'],
  ['jenkins-plugin', 'java-archive'],
  ['maven', 'java-archive'],
  ['nuget', 'dotnet'],
  ['php', 'php-composer'],
  ['pub', 'dart-pub'],
  ['pypi', 'python'],
  ['ruby', 'gem'],
  ['rust', 'rust-crate'],
];
