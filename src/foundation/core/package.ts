import type { Digest } from './digest.ts';
import type { Distro } from './distro.ts';

/** A place at which something was seen. */
export interface Location {
  /** Real path of the file. */
  readonly path: string;
  /** Path by which it was found. */
  readonly accessPath: string;
  /** Diff ID of its layer; absent for directories. */
  readonly layer?: Digest;
  /** `primary`: the record that makes the package known; `supporting`: adds to it. */
  readonly evidence?: 'primary' | 'supporting';
  /** Line of the record in a text file, from 1. */
  readonly line?: number;
  /**
   * Whether a process in the container would see this file; absent in the scope `squashed`, in
   * which it would see all.
   */
  readonly isVisible?: boolean;
}

export interface License {
  /** As written in the source. */
  readonly value: string;
  /** Valid SPDX expression; empty if there is none. */
  readonly expression: string;
  /** `declared`: by the package itself; `concluded`: recognized from a text. */
  readonly kind: 'declared' | 'concluded';
  readonly urls: readonly string[];
  readonly locations: readonly Location[];
  /** License text, only if requested. */
  readonly contents?: string;
}

export interface Cpe {
  /** A CPE 2.3 formatted string. NISTIR 7695, 6.2. */
  readonly cpe: string;
  /**
   * `generated`: guessed from names; `declared`: by the package itself; `dictionary`: from the CPE
   * dictionary.
   */
  readonly source: 'generated' | 'declared' | 'dictionary';
}

/** The source package. */
export interface Upstream {
  readonly name: string;
  readonly version?: string;
}

/** A file that the package installed by its own record. */
export interface OwnedFile {
  /** Absolute path as recorded, without following links. */
  readonly path: string;
}

/** The digest of an owned file in the record of its package. */
export interface RecordedDigest {
  /** As in `OwnedFile`. */
  readonly path: string;
  /** `md5`, `sha1` or `sha256`. */
  readonly algorithm: string;
  /** Hexadecimal digits in lower case. */
  readonly digits: string;
}

/**
 * Ecosystem data that only the cataloger interprets. Member names and shapes are those of Syft's
 * JSON schema for `kind`, the common vocabulary of the field, so that formats need no knowledge of
 * ecosystems.
 */
export interface PackageMetadata {
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Another possible identity of a file whose content does not decide. */
export interface PackageAlternative {
  readonly purl: string;
  /** Its evidence, as the rest of a sentence. */
  readonly rule: string;
}

/** A person or an organization. */
export interface PackageParty {
  readonly name: string;
  readonly email?: string;
  readonly isPerson: boolean;
}

/** A digest of the package as delivered. */
export interface PackageDigest {
  /** In lower case without punctuation, e.g. `sha256`. */
  readonly algorithm: string;
  /** Hexadecimal digits in lower case. */
  readonly digits: string;
}

/** The file that contains a package. BSI TR-03183-2, 5.2.2. */
export interface PackageFile {
  /** Base name. */
  readonly name: string;
  readonly isExecutable: boolean;
  readonly isArchive: boolean;
  /** Whether the contents of an archive can be extracted unchanged. */
  readonly isStructured: boolean;
}

/** Functions of one source package, such as a Go package, in an executable. */
export interface PackageSymbols {
  /** Import path of the source package. */
  readonly path: string;
  /** Names without that path, sorted, such as `(*Tokenizer).Next`. */
  readonly symbols: readonly string[];
}

/** A vulnerability that a package's own changelog marks as fixed. */
export interface ChangelogFix {
  /** `CVE-…` or `GHSA-…`. */
  readonly id: string;
  /** The version of the entry that names it; empty if it has none. */
  readonly version: string;
  /** The file with the entry: a changelog or the package database. */
  readonly path: string;
  /** Line of the entry in a text file, starting at 1. */
  readonly line?: number;
  /** Digest of the file if it is a changelog. */
  readonly sha256?: string;
  /** Whether the package database lists the entry, or the file with its digest. */
  readonly isRecorded: boolean;
}

/** A package as its cataloger describes it. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /**
   * The field's common package type, such as `apk`, `deb`, `rpm`, `python`, `npm`. Also the
   * ecosystem key of advisories.
   */
  readonly type: string;
  /** Programming language; empty for packages of an operating system. */
  readonly language: string;
  /** Package URL (ECMA-427); empty if the ecosystem has none. */
  readonly purl: string;
  /** Id of the cataloger. */
  readonly foundBy: string;
  /** The rule that found it, as the rest of a sentence: "a stanza of the dpkg status file". */
  readonly rule: string;
  /** Confidence of the identity, from 0 to 1; 1 for a package manager's own record. */
  readonly confidence: number;
  /** Most likely first; absent if the identity is certain enough. */
  readonly alternatives?: readonly PackageAlternative[];
  readonly locations: readonly Location[];
  /** The layer that last changed this package's own record, which later layers may have copied. */
  readonly introducedIn?: Digest;
  readonly licenses: readonly License[];
  readonly cpes: readonly Cpe[];
  readonly upstreams: readonly Upstream[];
  readonly architecture?: string;
  /** The distribution in its package URL, if it differs from that of the inventory. */
  readonly distro?: Distro;
  /** Label of the package's module; empty if it belongs to none. */
  readonly modularity?: string;
  /** Files that the package installed: by its record, or by its folder if it has none. */
  readonly ownedFiles: readonly OwnedFile[];
  /**
   * Further installed files, by records that `metadata` does not cover: links and files without a
   * digest. They do not become `contains-file` relationships.
   */
  readonly otherOwnedFiles?: readonly OwnedFile[];
  /**
   * Functions of the package in the executable, sorted by path; absent if unknown, which is not the
   * same as none.
   */
  readonly symbols?: readonly PackageSymbols[];
  /**
   * File names of the shared libraries that its programs load, sorted; their packages are looked up
   * in the whole view.
   */
  readonly neededLibraries?: readonly string[];
  /**
   * Fixes by the changelog of the package, each once. Kept if its files contain a package of
   * another type, for which a vendor backports fixes without changing the version.
   */
  readonly changelogFixes?: readonly ChangelogFix[];
  readonly metadata?: PackageMetadata;
  /**
   * The supplier. This member and those below are only set for a package from a document, where the
   * source record is not available.
   */
  readonly supplier?: PackageParty;
  /** Digests of the package as delivered; never empty. */
  readonly digests?: readonly PackageDigest[];
  /** The author of the package. */
  readonly author?: PackageParty;
  /** The description of the package. */
  readonly description?: string;
  /** The home page as written. */
  readonly homepage?: string;
  /** The file that contains the package. */
  readonly file?: PackageFile;
  /**
   * The package is only inferred from a file: if a package of the operating system installed that
   * file, this one is left out.
   */
  readonly yieldsToOwner?: boolean;
  /** The file itself names the package, so inferences from the same file are left out. */
  readonly namesItsFile?: boolean;
}

/** Type of a package without a package URL or ecosystem. */
export const UNKNOWN_PACKAGE_TYPE = 'UnknownPackage';
