import { UNKNOWN_PACKAGE_TYPE } from '../../core/package.ts';

/**
 * Meaning of a package URL type in the scanners' common vocabulary of package types.
 *
 * Origin: package URL types are those of package-url/purl-spec; package types and languages those
 * of Syft's `syft/pkg/type.go` and `language.go` (Apache-2.0, compared at anchore/syft
 * bf82010f3c38; see NOTICE), which Grype and the documents of both use.
 */
export interface PurlTypeMeaning {
  readonly type: string;
  readonly language: string;
  /** If true, the namespace names the distributor and is not part of the package name. */
  readonly isNameAlone?: boolean;
  /** Kind of the metadata with architecture and module, if the ecosystem has such metadata. */
  readonly metadataKind?: string;
}

/** Types of purl-spec, and a few that only scanners use, by name. */
export const PURL_TYPES: ReadonlyMap<string, PurlTypeMeaning> = new Map([
  ['alpm', { type: 'alpm', language: '', isNameAlone: true, metadataKind: 'alpm-db-entry' }],
  ['apk', { type: 'apk', language: '', isNameAlone: true, metadataKind: 'apk-db-entry' }],
  ['alpine', { type: 'apk', language: '', isNameAlone: true, metadataKind: 'apk-db-entry' }],
  ['bitnami', { type: 'bitnami', language: '' }],
  ['bottlerocket', { type: 'bottlerocket', language: '' }],
  ['cargo', { type: 'rust-crate', language: 'rust' }],
  ['crate', { type: 'rust-crate', language: '' }],
  ['chocolatey', { type: 'chocolatey', language: '' }],
  ['chrome-extension', { type: 'browser-extension', language: 'javascript' }],
  ['cocoapods', { type: 'pod', language: 'swift' }],
  ['composer', { type: 'php-composer', language: 'php' }],
  ['conan', { type: 'conan', language: 'c++', isNameAlone: true }],
  ['conda', { type: 'conda', language: '' }],
  ['cos', { type: 'cos', language: '' }],
  ['cpan', { type: 'perl', language: 'perl', isNameAlone: true }],
  ['cran', { type: 'R-package', language: 'R' }],
  ['deb', { type: 'deb', language: '', isNameAlone: true, metadataKind: 'dpkg-db-entry' }],
  ['dotnet', { type: 'dotnet', language: 'dotnet' }],
  ['edge-extension', { type: 'browser-extension', language: 'javascript' }],
  ['firefox-extension', { type: 'browser-extension', language: 'javascript' }],
  ['ebuild', { type: 'portage', language: '' }],
  ['flatpak', { type: 'flatpak', language: '' }],
  ['gem', { type: 'gem', language: 'ruby' }],
  ['golang', { type: 'go-module', language: 'go' }],
  ['hackage', { type: 'hackage', language: 'haskell' }],
  ['hex', { type: 'hex', language: '' }],
  ['homebrew', { type: 'homebrew', language: '' }],
  ['julia', { type: 'julia', language: 'julia' }],
  ['linux-kernel', { type: 'linux-kernel', language: '' }],
  ['linux-kernel-module', { type: 'linux-kernel-module', language: '' }],
  ['luarocks', { type: 'lua-rocks', language: 'lua' }],
  ['macports', { type: 'macports', language: '' }],
  [
    'maven',
    { type: 'java-archive', language: 'java', isNameAlone: true, metadataKind: 'java-archive' },
  ],
  ['nim', { type: 'nim', language: 'nim' }],
  ['nix', { type: 'nix', language: '' }],
  ['npm', { type: 'npm', language: 'javascript' }],
  ['nuget', { type: 'dotnet', language: 'dotnet' }],
  ['opam', { type: 'opam', language: 'ocaml' }],
  ['otp', { type: 'erlang-otp', language: '' }],
  ['pear', { type: 'php-pear', language: '' }],
  ['pecl', { type: 'php-pear', language: '' }],
  ['portage', { type: 'portage', language: '' }],
  ['pub', { type: 'dart-pub', language: 'dart' }],
  ['pypi', { type: 'python', language: 'python' }],
  ['rpm', { type: 'rpm', language: '', isNameAlone: true, metadataKind: 'rpm-db-entry' }],
  ['spack', { type: 'spack', language: '' }],
  ['swift', { type: 'swift', language: 'swift' }],
  ['swiplpack', { type: 'swiplpack', language: 'swipl' }],
  ['terraform', { type: 'terraform', language: '' }],
  ['vcpkg', { type: 'vcpkg', language: '' }],
  ['vscode-extension', { type: 'vscode-extension', language: 'javascript' }],
  ['wordpress-plugin', { type: 'wordpress-plugin', language: '' }],
]);

/** Syft's type for unknown packages. */
export const UNKNOWN_PURL_TYPE: PurlTypeMeaning = { type: UNKNOWN_PACKAGE_TYPE, language: '' };
