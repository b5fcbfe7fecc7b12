/**
 * Members of metadata that matter outside of their ecosystem.
 *
 * Origin: kinds and members are those of Syft's JSON schema (Apache-2.0, compared at anchore/syft
 * bf82010f3c38; see NOTICE).
 */
export interface MetadataMeaning {
  /** Members with name and version of the source package. */
  readonly source?: { readonly name: string; readonly version?: string };
  /** A member with the file name of the source rpm. */
  readonly sourceRpm?: string;
  readonly architecture?: string;
  readonly modularity?: string;
  /** A list of records with a `getPath`, of the files that the package installed. */
  readonly files?: string;
  /**
   * Paths of the database in its system. The prefix before them in the path of the record is the
   * root of that system, which the paths of its files omit.
   */
  readonly databasePaths?: readonly string[];
}

const DPKG: MetadataMeaning = {
  source: { name: 'source', version: 'sourceVersion' },
  architecture: 'architecture',
  files: 'files',
  databasePaths: [
    '/var/lib/dpkg/status',
    '/var/lib/dpkg/status.d/',
    '/var/lib/opkg/status',
    '/usr/lib/opkg/status',
  ],
};

const RPM: MetadataMeaning = {
  sourceRpm: 'sourceRpm',
  architecture: 'architecture',
  modularity: 'modularityLabel',
  files: 'files',
};

/** By kind of metadata, as in Syft's JSON schema. */
export const METADATA_MEANINGS: ReadonlyMap<string, MetadataMeaning> = new Map([
  [
    'alpm-db-entry',
    {
      source: { name: 'basepackage' },
      architecture: 'architecture',
      files: 'files',
      databasePaths: ['/var/lib/pacman/local/'],
    },
  ],
  [
    'apk-db-entry',
    {
      source: { name: 'originPackage' },
      architecture: 'architecture',
      files: 'files',
      databasePaths: ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'],
    },
  ],
  ['bitnami-sbom-entry', { architecture: 'arch', files: 'files' }],
  ['dpkg-archive-entry', DPKG],
  ['dpkg-db-entry', DPKG],
  ['portage-db-entry', { files: 'files', databasePaths: ['/var/db/pkg/'] }],
  ['rpm-archive', RPM],
  ['rpm-db-entry', RPM],
]);

/** Kinds by Syft's names before schema 12, in lower case and without the suffix `Type` of some. */
const OLD_KINDS: ReadonlyMap<string, string> = new Map([
  ['alpmmetadata', 'alpm-db-entry'],
  ['apkmetadata', 'apk-db-entry'],
  ['binarymetadata', 'binary-signature'],
  ['cocoapodsmetadata', 'cocoa-podfile-lock-entry'],
  ['conanlockmetadata', 'c-conan-lock-entry'],
  ['conanmetadata', 'c-conan-file-entry'],
  ['condapackagemetadata', 'conda-metadata-entry'],
  ['dartpubmetadata', 'dart-pubspec-lock-entry'],
  ['dotnetdepsmetadata', 'dotnet-deps-entry'],
  ['dpkgmetadata', 'dpkg-db-entry'],
  ['gemmetadata', 'ruby-gemspec'],
  ['golangbinmetadata', 'go-module-buildinfo-entry'],
  ['golangmetadata', 'go-module-buildinfo-entry'],
  ['golangmodmetadata', 'go-module-entry'],
  ['hackagemetadata', 'haskell-hackage-stack-lock-entry'],
  ['javametadata', 'java-archive'],
  ['kbpatchmetadata', 'microsoft-kb-patch'],
  ['linuxkernel', 'linux-kernel-archive'],
  ['linuxkernelmodule', 'linux-kernel-module'],
  ['mixlockmetadata', 'elixir-mix-lock-entry'],
  ['nixstoremetadata', 'nix-store-entry'],
  ['npmpackagejsonmetadata', 'javascript-npm-package'],
  ['npmpackagelockjsonmetadata', 'javascript-npm-package-lock-entry'],
  ['phpcomposerjsonmetadata', 'php-composer-lock-entry'],
  ['phppeclmetadata', 'php-pecl-entry'],
  ['portagemetadata', 'portage-db-entry'],
  ['pythonpackagemetadata', 'python-package'],
  ['pythonpipfilelockmetadata', 'python-pipfile-lock-entry'],
  ['pythonpoetrylockmetadata', 'python-poetry-lock-entry'],
  ['pythonrequirementsmetadata', 'python-pip-requirements-entry'],
  ['rdescriptionfilemetadata', 'r-description'],
  ['rebarlockmetadata', 'erlang-rebar-lock-entry'],
  ['rpmdbmetadata', 'rpm-db-entry'],
  ['rpmmetadata', 'rpm-db-entry'],
  ['rustcargopackagemetadata', 'rust-cargo-audit-entry'],
  ['swiftpackagemanagermetadata', 'swift-package-manager-lock-entry'],
  ['wordpressmetadata', 'wordpress-plugin-entry'],
  ['yarnlockjsonmetadata', 'javascript-yarn-lock-entry'],
]);

/** Old names of two kinds: the file of the record decides. */
const SHARED_OLD_KINDS: readonly {
  readonly name: string;
  readonly suffix: string;
  readonly kind: string;
}[] = [
  { name: 'rpmmetadata', suffix: '.rpm', kind: 'rpm-archive' },
  { name: 'rustcargopackagemetadata', suffix: 'cargo.lock', kind: 'rust-cargo-lock-entry' },
  { name: 'hackagemetadata', suffix: '.yaml', kind: 'haskell-hackage-stack-entry' },
  {
    name: 'phpcomposerjsonmetadata',
    suffix: 'installed.json',
    kind: 'php-composer-installed-entry',
  },
];

/** Returns the current name of a kind; an unknown one is kept. */
export function presentKind(kind: string, paths: readonly string[]): string {
  const name = kind.toLowerCase().replace(/type$/, '');
  const shared = SHARED_OLD_KINDS.find(
    (each) => each.name === name && paths.some((path) => path.toLowerCase().endsWith(each.suffix)),
  );
  return shared?.kind ?? OLD_KINDS.get(name) ?? kind;
}
