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

/** Bytes that a file begins with, or has at `offset`. */
export interface Magic {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Which files an extractor wants to see, and how much of each.
 * A file is wanted where any of `paths` or any of `magic` fits.
 */
export interface Want {
  /** Tells the extractor which want a file fits, e.g. `status`; unique in one extractor. */
  readonly role: string;
  /**
   * Path patterns: `**` + `/` first means any folder, `*` stands for any run of characters inside
   * one name. For example a double star followed by `/lib/apk/db/installed`, or `/etc/os-release`.
   */
  readonly paths?: readonly string[];
  /** Paths are extensions (`**` + `/*.jar`) and fit in any mix of upper and lower case. */
  readonly ignoresCase?: boolean;
  /** Single files that are read under another name than their own, since links give it to them. */
  readonly linked?: readonly LinkedFile[];
  readonly magic?: readonly Magic[];
  /**
   * Where the content is longer than this limit, the file is a recorded problem and is not
   * extracted.
   */
  readonly maxBytes: LimitName;
  /**
   * Only the first bytes, as many as the limit allows, are handed over, and a longer file is no
   * problem: what is wanted of it lies there.
   */
  readonly isHeadOnly?: boolean;
  /**
   * The extractor says nothing but a fact of such a file, and few of many files are asked for
   * theirs: where facts may wait, it is called when somebody looks at the fact. It never throws.
   */
  readonly isLater?: boolean;
  /**
   * Where only a link has such a path, what it leads to is not wanted: a layer is not read again
   * for it.
   */
  readonly isByOwnPath?: boolean;
  /**
   * What is made of such a file yields to the package of the operating system that owns it: where
   * only a link has such a path, a layer is not read again for what is owned.
   */
  readonly yieldsToOwner?: boolean;
}

/** A file that links make known. */
export interface LinkedFile {
  /** Its own path, in which `*` is a plain character. */
  readonly ownPath: string;
  /** The wanted path, which leads through links. */
  readonly path: string;
}

/** One file as an extractor sees it. Its content is read once, whoever wants it. */
export interface WantedFile {
  readonly path: string;
  readonly role: string;
  /** Of the whole file, which may be longer than its content where only a head was wanted. */
  readonly sizeBytes: number;
  readonly mode: number;
  readonly content: Bytes;
  readonly limits: Limits;
  /** Of the extractor, for all files of the target. */
  readonly budget: Budget;
}

/**
 * What an extractor makes of one file. A fact is plain data (JSON values): it is cached and
 * outlives the file.
 */
export interface Extraction<Fact> {
  readonly fact?: Fact;
  /** In place of fact and problems, where few of many files are asked for their facts. */
  readonly deferred?: DeferredExtraction<Fact>;
  readonly problems?: readonly ProblemNote[];
}

/** A fact that is made when somebody looks at it, of bytes that are kept until then. */
export interface DeferredExtraction<Fact> {
  /** Windows into the content of the file. */
  readonly content: readonly Uint8Array[];
  /**
   * Makes the fact of copies of these windows; `undefined` where they say nothing. It never throws,
   * and holds on to nothing of the file, which is gone by then.
   */
  make(content: readonly Uint8Array[]): Fact | undefined;
}

/** The first of a cataloger's two steps: pure, one file at a time, independent of other files. */
export interface Extractor<Fact> {
  /** Same as the name of its folder. */
  readonly id: string;
  /** Raised whenever the same bytes would give other facts: it is part of the cache key. */
  readonly version: number;
  readonly wants: readonly Want[];
  /** Never opens, walks, logs or catches. One bad record costs that record only. */
  extract(file: WantedFile): Extraction<Fact>;
}

/** One path of one layer. */
export interface FileRef {
  /** Number of the layer in the view, from 0, the lowest. */
  readonly layer: number;
  /** Row in the layer's file table. */
  readonly row: number;
}

export interface ViewLayer {
  /** Absent for a directory. */
  readonly diffId: Digest | undefined;
  readonly files: FileTable;
}

/** What a process would see, over all layers. Paths are absolute and normalised. */
export interface FileView {
  readonly layers: readonly ViewLayer[];
  /** The file of exactly this path; no link is followed, not even in a parent folder. */
  find(path: string): FileRef | undefined;
  /**
   * The file that opening `path` would open, with its real path; `undefined` where there is none or
   * links go round.
   */
  resolve(path: string): { readonly ref: FileRef; readonly path: string } | undefined;
  /**
   * The file that has the content of a hard link, which may be in a lower layer and hidden by now;
   * any other file itself.
   */
  resolveHardLink(ref: FileRef): FileRef;
  /**
   * Where the file of a row lies: not at the path of the row if that leads through a link.
   * `undefined` for what is hidden.
   */
  realPath(ref: FileRef): string | undefined;
  /**
   * The real path of the folder that a path leads to, links followed; `undefined` where it leads to
   * none. A folder that no layer names is there all the same where something lies in it: some
   * builders of images write files alone.
   */
  realFolder(path: string): string | undefined;
  /** Names directly in the directory that a path leads to, links followed; sorted. */
  list(folder: string): readonly string[];
  /** Every visible path, in no particular order. */
  paths(): Iterable<string>;
  /**
   * Whether some layer has the path, hidden or not; absent where only what is visible counts.
   */
  isAnywhere?(path: string): boolean;
}

/** A fact about a file that is visible in the view. */
export interface VisibleFact<Fact> {
  /** The path that was wanted, which may lead through links. */
  readonly path: string;
  /** Where the file lies, if links lead there; absent if its own path was wanted. */
  readonly realPath?: string;
  /** Further visible names of the same file (hard links), sorted; absent where there are none. */
  readonly otherNames?: readonly string[];
  readonly role: string;
  readonly ref: FileRef;
  readonly layer: Digest | undefined;
  readonly fact: Fact;
  /** What lower layers said at the same path, from the next lower one down. */
  readonly earlier: readonly { readonly layer: Digest | undefined; readonly fact: Fact }[];
}

export interface AssemblyInput<Fact> {
  readonly view: FileView;
  readonly distro: Distro | undefined;
  /** Sorted by path. Hard links to one file are one fact with the name that was asked for. */
  readonly facts: readonly VisibleFact<Fact>[];
  /** Of the cataloger, with the limits of the run. */
  readonly budget: Budget;
  /** Present where the user has such an index. */
  readonly publishedArchives?: PublishedArchives;
}

/** What there is to tell a package of a document by, besides its own record. */
export interface ListedPackageContext {
  readonly publishedArchives: PublishedArchives;
  /** The SHA-1 of a file that the document lists, in hexadecimal digits. */
  sha1OfFile(path: string): string | undefined;
}

/** An edge between two packages of one assembly. `from` is needed by `to`. */
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
  /** Digests that the record of one of the packages states; absent if records have none. */
  readonly recordedDigests?: (pkg: Package) => readonly RecordedDigest[];
  /** MD5 of recognized files by path, in hexadecimal digits. */
  readonly md5ByPath?: ReadonlyMap<string, string>;
}

/** What a cataloger can tell of its packages, and what it cannot. */
export interface Capabilities {
  readonly licenses: 'yes' | 'partly' | 'no';
  readonly dependencies: 'yes' | 'partly' | 'no';
  readonly ownedFiles: 'yes' | 'partly' | 'no';
}

/**
 * One kind of package, in one folder of `src/catalog`: `extract` reads a file, `assemble` turns the
 * facts that are visible in the view into packages and edges.
 */
export interface Cataloger<Fact> extends Extractor<Fact> {
  readonly title: string;
  /** The document that defines what is read. */
  readonly spec: string;
  /** Names under which users select it, e.g. `image`, `directory`, `installed`, `os`. */
  readonly tags: readonly string[];
  readonly can: Capabilities;
  /** The name under which Syft users know it. */
  readonly alias: string;
  assemble(input: AssemblyInput<Fact>): Assembly;
  /** A package that a document lists, as what its digest tells; the same where it tells nothing. */
  recognise?(item: Package, context: ListedPackageContext): Package;
}

/** Finds out which operating system a target holds, before any cataloger assembles. */
export interface DistroDetector<Fact> extends Extractor<Fact> {
  detect(input: Omit<AssemblyInput<Fact>, 'distro' | 'budget'>): Distro | undefined;
}

/**
 * What one layer said: its files and, for each extractor, the facts by row. This is what is cached.
 */
export interface LayerFacts {
  readonly diffId: Digest | undefined;
  readonly files: FileTable;
  readonly facts: readonly ExtractedFact[];
  readonly problems: readonly Problem[];
  /** Problems beyond `problemsMax`, only counted; absent where there are none. */
  readonly problemsNotListed?: number;
  /**
   * Sum of the sizes of all regular files, also of those that a later entry replaces; holes count.
   */
  readonly contentBytes: number;
  /** What the folders take that its paths lead through, see the limit `folderBytesMax`. */
  readonly folderBytes?: number;
  /** Amounts that its files took from the budget of the target; absent if none. */
  readonly taken?: Taken;
  /**
   * Whether the budget of the target refused something: then the facts depend on the other layers.
   */
  readonly isCut?: true;
}

export interface ExtractedFact {
  readonly extractor: string;
  readonly role: string;
  readonly row: number;
  readonly fact: unknown;
  /** The path through links that alone was wanted; the fact holds while it leads to the file. */
  readonly linkPath?: string;
}
