import type { Budget, Taken } from './budget.ts';
import type { Bytes } from './bytes.ts';
import type { Digest } from './digest.ts';
import type { Distro } from './distro.ts';
import type { FileTable } from './file-table.ts';
import type { ExecutableFacts } from './inventory.ts';
import type { LimitName, Limits } from './limits.ts';
import type { Package, RecordedDigest } from './package.ts';
import type { Problem, ProblemNote } from './problem.ts';
import type { PublishedArchives } from './published-archives.ts';

/** Bytes at the start of a file, or at `offset`. */
export interface Magic {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * The files that an extractor requests, and how much of each. A file is requested if any of `paths`
 * or any of `magic` matches.
 */
export interface Want {
  /** Identifies the request to the extractor, such as `status`; unique within one extractor. */
  readonly role: string;
  /**
   * Path patterns: `**` + `/` at the start means any directory, `*` matches any characters within
   * one name. Examples: a double star followed by `/lib/apk/db/installed`, or `/etc/os-release`.
   */
  readonly paths?: readonly string[];
  /** If true, paths are extensions (`**` + `/*.jar`) and match in any case. */
  readonly ignoresCase?: boolean;
  /** Single files that links give another name. */
  readonly linked?: readonly LinkedFile[];
  readonly magic?: readonly Magic[];
  /** If the content exceeds this limit, the file is a recorded problem and is not extracted. */
  readonly maxBytes: LimitName;
  /** If true, only the first bytes up to the limit are read, and a longer file is not a problem. */
  readonly isHeadOnly?: boolean;
  /**
   * If true, extraction only yields a fact that is rarely needed: if possible, it is deferred until
   * the fact is used. It never throws.
   */
  readonly isDeferrable?: boolean;
  /**
   * If true, a link with such a path does not request its target: a layer is not read again for it.
   */
  readonly isByOwnPath?: boolean;
  /**
   * If true, an operating system package that owns such a file replaces the packages found in it. A
   * layer is therefore not read again for an owned file behind a link.
   */
  readonly yieldsToOwner?: boolean;
}

/** A file that links make known. */
export interface LinkedFile {
  /** Its own path, in which `*` is an ordinary character. */
  readonly ownPath: string;
  /** The requested path, which leads through links. */
  readonly path: string;
}

/** One file as an extractor sees it. Its content is read once for all extractors. */
export interface WantedFile {
  readonly path: string;
  readonly role: string;
  /** Size of the whole file, which may exceed its content if only a head was requested. */
  readonly sizeBytes: number;
  readonly mode: number;
  readonly content: Bytes;
  readonly limits: Limits;
  /** Budget of the extractor for all files of the target. */
  readonly budget: Budget;
}

/**
 * Result of extracting one file. A fact is plain data (JSON values): it is cached and outlives the
 * file.
 */
export interface Extraction<Fact> {
  readonly fact?: Fact;
  /** Replaces fact and problems if the fact is rarely used. */
  readonly deferred?: DeferredExtraction<Fact>;
  readonly problems?: readonly ProblemNote[];
}

/** A fact that is created on first use from bytes that are kept until then. */
export interface DeferredExtraction<Fact> {
  /** Windows into the content of the file. */
  readonly content: readonly Uint8Array[];
  /**
   * Creates the fact from copies of these windows; `undefined` if there is none. It never throws
   * and keeps no reference to the file, which is gone by then.
   */
  make(content: readonly Uint8Array[]): Fact | undefined;
}

/** The first of a cataloger's two steps: pure, one file at a time, independent of other files. */
export interface Extractor<Fact> {
  /** Equals the name of its folder. */
  readonly id: string;
  /** Must be raised if the same bytes give other facts: it is part of the cache key. */
  readonly version: number;
  readonly wants: readonly Want[];
  /**
   * If true, a system package may have installed its files: their MD5 is computed as well, because
   * some package records have no other digest.
   */
  readonly isOwnable?: boolean;
  /** Never opens, walks, logs or catches. One malformed record only loses that record. */
  extract(file: WantedFile): Extraction<Fact>;
}

/** One path of one layer. */
export interface FileRef {
  /** Number of the layer in the view, starting at 0 for the lowest. */
  readonly layer: number;
  /** Row in the layer's file table. */
  readonly row: number;
}

export interface ViewLayer {
  /** Absent for a directory. */
  readonly diffId: Digest | undefined;
  readonly files: FileTable;
}

/** The files that a process would see over all layers. Paths are absolute and normalized. */
export interface FileView {
  readonly layers: readonly ViewLayer[];
  /**
   * Returns the file with exactly this path, without following links even in parent directories.
   */
  find(path: string): FileRef | undefined;
  /**
   * Returns the file that opening `path` opens, with its real path; `undefined` if there is none or
   * the links are circular.
   */
  resolve(path: string): { readonly ref: FileRef; readonly path: string } | undefined;
  /**
   * Returns the file with the content of a hard link, which may be hidden in a lower layer; any
   * other file is returned itself.
   */
  resolveHardLink(ref: FileRef): FileRef;
  /**
   * Returns the real path of a row's file, which differs from the row's path if that leads through
   * a link. `undefined` if the file is hidden.
   */
  getRealPath(ref: FileRef): string | undefined;
  /**
   * Returns the real path of a directory, following links; `undefined` if there is none. A
   * directory exists if it contains anything, even if no layer has an entry for it, because some
   * image builders only write files.
   */
  findRealFolder(path: string): string | undefined;
  /** Returns the sorted names directly in a directory, following links. */
  list(folder: string): readonly string[];
  /** Yields every visible path in any order. */
  listPaths(): Iterable<string>;
  /** Returns whether any layer has the path, even if hidden; absent if only visible paths count. */
  isAnywhere?(path: string): boolean;
}

/** A fact about a file that is visible in the view. */
export interface VisibleFact<Fact> {
  /** The requested path, which may lead through links. */
  readonly path: string;
  /** Real path of the file if links lead to it; absent if its own path was requested. */
  readonly realPath?: string;
  /** Further visible names of the same file (hard links), sorted; absent if there are none. */
  readonly otherNames?: readonly string[];
  readonly role: string;
  readonly ref: FileRef;
  readonly layer: Digest | undefined;
  readonly fact: Fact;
  /** Facts of lower layers at the same path, from the next lower one down. */
  readonly earlier: readonly { readonly layer: Digest | undefined; readonly fact: Fact }[];
}

export interface AssemblyInput<Fact> {
  readonly view: FileView;
  readonly distro: Distro | undefined;
  /** Sorted by path. Hard links to one file are one fact under the requested name. */
  readonly facts: readonly VisibleFact<Fact>[];
  /** The budget of this cataloger, with the limits of the run. */
  readonly budget: Budget;
  /** Present if the user has such an index. */
  readonly publishedArchives?: PublishedArchives;
}

/** Further evidence for a package in a document. */
export interface ListedPackageContext {
  readonly publishedArchives: PublishedArchives;
  /** Returns the SHA-1 of a file that the document lists, in hexadecimal digits. */
  getFileSha1(path: string): string | undefined;
}

/** An edge between two packages of one assembly. `to` needs `from`. */
export interface DependencyEdge {
  readonly from: Package;
  readonly to: Package;
}

export interface Assembly {
  readonly packages?: readonly Package[];
  readonly dependencies?: readonly DependencyEdge[];
  readonly executables?: readonly {
    readonly ref: FileRef;
    readonly path: string;
    readonly facts: ExecutableFacts;
  }[];
  readonly problems?: readonly Problem[];
  /** Returns the digests in the record of a package; absent if records have none. */
  readonly recordedDigests?: (pkg: Package) => readonly RecordedDigest[];
  /** MD5 of recognized files by path, in hexadecimal digits. */
  readonly md5ByPath?: ReadonlyMap<string, string>;
}

/** Properties that a cataloger can and cannot determine. */
export interface Capabilities {
  readonly licenses: 'yes' | 'partly' | 'no';
  readonly dependencies: 'yes' | 'partly' | 'no';
  readonly ownedFiles: 'yes' | 'partly' | 'no';
}

/**
 * One kind of package, in one folder of `src/inventory/catalog`: `extract` reads a file, `assemble` turns the
 * visible facts into packages and edges.
 */
export interface Cataloger<Fact> extends Extractor<Fact> {
  readonly title: string;
  /** The document that defines its input. */
  readonly spec: string;
  /** Names under which users select it, such as `image`, `directory`, `installed`, `os`. */
  readonly tags: readonly string[];
  /**
   * `ID`s in os-release(5) of the systems that keep their packages in its input. Systems derived
   * from them name one in `ID_LIKE`.
   */
  readonly systems?: readonly string[];
  readonly can: Capabilities;
  /** Its name in Syft. */
  readonly alias: string;
  assemble(input: AssemblyInput<Fact>): Assembly;
  /**
   * Identifies a package in a document by its digest; returns it unchanged if the digest is
   * unknown.
   */
  recognize?(item: Package, context: ListedPackageContext): Package;
}

/** Detects the operating system of a target before any cataloger assembles. */
export interface DistroDetector<Fact> extends Extractor<Fact> {
  detect(input: Omit<AssemblyInput<Fact>, 'distro' | 'budget'>): Distro | undefined;
}

/**
 * Contents of one layer: its files and the facts of each extractor by row. This value is cached.
 */
export interface LayerFacts {
  readonly diffId: Digest | undefined;
  readonly files: FileTable;
  readonly facts: readonly ExtractedFact[];
  readonly problems: readonly Problem[];
  /** Number of problems beyond `problemsMax`; absent if there are none. */
  readonly problemsNotListed?: number;
  /** Total size of all regular files, including replaced ones and holes. */
  readonly contentBytes: number;
  /** Memory of the parent directories of its paths, see the limit `folderBytesMax`. */
  readonly folderBytes?: number;
  /** Amounts that its files used of the target's budget; absent if none. */
  readonly taken?: Taken;
  /** Whether the target's budget refused something: the facts then depend on the other layers. */
  readonly isCut?: true;
}

export interface ExtractedFact {
  readonly extractor: string;
  readonly role: string;
  readonly row: number;
  readonly fact: unknown;
  /** The path through links that was requested; the fact is valid while it leads to the file. */
  readonly linkPath?: string;
}
