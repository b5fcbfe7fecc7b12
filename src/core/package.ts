import type { Digest } from './digest.ts';
import type { Distro } from './distro.ts';

/** Where something was seen. */
export interface Location {
  /** Path of the file itself, all links followed. */
  readonly path: string;
  /** Path by which it was reached. */
  readonly accessPath: string;
  /** Diff ID of the layer that holds this file; absent for directories. */
  readonly layer?: Digest;
  /** `primary`: the record that makes the package known; `supporting`: adds to it. */
  readonly evidence?: 'primary' | 'supporting';
  /** Line of the record in a text file, from 1. */
  readonly line?: number;
  /**
   * Whether a process in the container would see this very file; absent in the scope `squashed`,
   * where it would see each.
   */
  readonly isVisible?: boolean;
}

export interface License {
  /** As written in the source. */
  readonly value: string;
  /** A valid SPDX expression for it, empty where there is none. */
  readonly expression: string;
  /** `declared`: the package's own word; `concluded`: recognised from a text. */
  readonly kind: 'declared' | 'concluded';
  readonly urls: readonly string[];
  readonly locations: readonly Location[];
  /** The text itself, only where it was asked for. */
  readonly contents?: string;
}

export interface Cpe {
  /** A CPE 2.3 formatted string. NISTIR 7695, 6.2. */
  readonly cpe: string;
  /**
   * `generated`: a guess from the names; `declared`: the package's own word; `dictionary`: looked
   * up in the CPE dictionary.
   */
  readonly source: 'generated' | 'declared' | 'dictionary';
}

/** The package that this one was built from. */
export interface Upstream {
  readonly name: string;
  readonly version?: string;
}

/** A file that the package's own record says it installed. */
export interface OwnedFile {
  /** Absolute path, as recorded (links not followed). */
  readonly path: string;
}

/** The digest of an owned file, as the record of its package states it. */
export interface RecordedDigest {
  /** As in `OwnedFile`. */
  readonly path: string;
  /** `md5`, `sha1` or `sha256`. */
  readonly algorithm: string;
  /** Hexadecimal digits in lower case. */
  readonly digits: string;
}

/**
 * Ecosystem data that no stage but the cataloger understands. Member names and shapes are those of
 * Syft's JSON schema for `kind`, the field's common vocabulary, so that formats need no knowledge
 * of ecosystems.
 */
export interface PackageMetadata {
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Another package that a file may be, where nothing in it settles which one it is. */
export interface PackageAlternative {
  readonly purl: string;
  /** What speaks for it, as a sentence's rest. */
  readonly rule: string;
}

/** A person or an organisation. */
export interface PackageParty {
  readonly name: string;
  readonly email?: string;
  readonly isPerson: boolean;
}

/** A digest of the package as it was delivered. */
export interface PackageDigest {
  /** In lower case without punctuation, e.g. `sha256`. */
  readonly algorithm: string;
  /** Hexadecimal digits in lower case. */
  readonly digits: string;
}

/** The file that a package is on board as. BSI TR-03183-2, 5.2.2. */
export interface PackageFile {
  /** Without folders. */
  readonly name: string;
  readonly isExecutable: boolean;
  readonly isArchive: boolean;
  /** Whether what an archive holds can be taken out as it was. */
  readonly isStructured: boolean;
}

/** Functions of one source package, such as a Go package, that an executable holds. */
export interface PackageSymbols {
  /** Import path of the source package. */
  readonly path: string;
  /** Without that path, sorted, e.g. `(*Tokenizer).Next`. */
  readonly symbols: readonly string[];
}

/** A vulnerability that the package's own changelog says its version has a fix for. */
export interface ChangelogFix {
  /** `CVE-…` or `GHSA-…`. */
  readonly id: string;
  /** The version whose entry names it; empty if the entry has none. */
  readonly version: string;
  /** The file that has the entry: a changelog, or the package database. */
  readonly path: string;
  /** Of the entry in a text file, from 1. */
  readonly line?: number;
  /** Of the file, if it is a changelog. */
  readonly sha256?: string;
  /** Whether the package database lists the entry, or the file with the digest that it has. */
  readonly isRecorded: boolean;
}

/** What a cataloger says of one package. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /**
   * The field's common package type, e.g. `apk`, `deb`, `rpm`, `python`, `npm`. Also the ecosystem
   * key of advisories.
   */
  readonly type: string;
  /** Programming language, empty for packages of an operating system. */
  readonly language: string;
  /** Package URL (ECMA-427), empty where the ecosystem has none. */
  readonly purl: string;
  /** Id of the cataloger. */
  readonly foundBy: string;
  /**
   * The rule of the cataloger that made it known, as a sentence's rest: "a stanza of the dpkg
   * status file".
   */
  readonly rule: string;
  /** How sure the identity is, from 0 to 1; 1 for a package manager's own record. */
  readonly confidence: number;
  /** The likeliest first; absent where it is sure enough which package it is. */
  readonly alternatives?: readonly PackageAlternative[];
  readonly locations: readonly Location[];
  /**
   * The layer that last changed this package's own record, which later layers may have copied
   * along.
   */
  readonly introducedIn?: Digest;
  readonly licenses: readonly License[];
  readonly cpes: readonly Cpe[];
  readonly upstreams: readonly Upstream[];
  readonly architecture?: string;
  /** The distribution that its package URL names, if it is not that of the inventory. */
  readonly distro?: Distro;
  /** Label of the module that the package belongs to; empty where it is known to belong to none. */
  readonly modularity?: string;
  /** Files that the package installed: by its own record, or where it has none, by its folder. */
  readonly ownedFiles: readonly OwnedFile[];
  /**
   * Further files it installed, by records that `metadata` does not cover: links, and files without
   * a digest. They do not become `contains-file` relationships.
   */
  readonly otherOwnedFiles?: readonly OwnedFile[];
  /**
   * Functions of the package that the executable holds, sorted by path; absent where the executable
   * does not tell, which is not the same as none.
   */
  readonly symbols?: readonly PackageSymbols[];
  /**
   * File names of the shared libraries that its programs load, sorted; which packages have them is
   * looked up among all that are in the view.
   */
  readonly neededLibraries?: readonly string[];
  /**
   * Fixes by the changelog of the package, each once. Kept if a package of another kind lies in its
   * files, for which a vendor carries fixes back without changing the version.
   */
  readonly changelogFixes?: readonly ChangelogFix[];
  readonly metadata?: PackageMetadata;
  /** Who supplies it, where a document says so that has it from a record which is not at hand. */
  readonly supplier?: PackageParty;
  /** Likewise, of the package as it was delivered; never empty. */
  readonly digests?: readonly PackageDigest[];
  /** Likewise, who wrote it. */
  readonly author?: PackageParty;
  /** Likewise, what it is. */
  readonly description?: string;
  /** Likewise, its address in the web, as written. */
  readonly homepage?: string;
  /** Likewise, the file that it is on board as. */
  readonly file?: PackageFile;
  /**
   * The package is only seen from a file: where a package of the operating system installed that
   * file, this one says nothing more, and is left out.
   */
  readonly yieldsToOwner?: boolean;
  /**
   * The file itself names the package, so that what was only seen from the same file says nothing
   * more.
   */
  readonly namesItsFile?: boolean;
}

/** The type of a package that no package URL or ecosystem identifies. */
export const UNKNOWN_PACKAGE_TYPE = 'UnknownPackage';
