import type { Bytes } from './bytes.ts';
import type { Digest } from './digest.ts';
import type { FileEntry } from './file-table.ts';
import type { Limits } from './limits.ts';
import type { Problem } from './problem.ts';
import type { Progress } from './progress.ts';
import type { FoundDocument } from './vex-reader.ts';

/** One layer of an image as the manifest and the configuration describe it. */
export interface LayerDescription {
  /** Digest of the uncompressed tar stream; the name of the layer everywhere in our output. */
  readonly diffId: Digest;
  /** Digest of the blob as stored, where the source knows one. */
  readonly blobDigest?: Digest;
  readonly mediaType: string;
  /** Size of the blob as stored. */
  readonly blobBytes: number;
  /** `created_by` of the history entry that made the layer, where the configuration tells. */
  readonly instruction?: string;
}

/** What the user says of a target, which nothing in it tells. */
interface TargetWords {
  /** Version of the target; absent where nobody said one. */
  readonly version?: string;
  /** Who supplies the target. */
  readonly supplier?: string;
}

/** The identity of an image. Terms of the OCI image specification. */
export interface ImageDescription extends TargetWords {
  readonly kind: 'image';
  /** What the user named. */
  readonly userInput: string;
  readonly name: string;
  readonly manifestDigest: Digest;
  readonly imageId: Digest;
  readonly mediaType: string;
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly architecture: string;
  readonly variant?: string;
  readonly os: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly layers: readonly LayerDescription[];
  /**
   * The manifest and the configuration, byte for byte while the image is read. What leaves the
   * program has no values of variables and no secrets in it, see `published-image.ts`.
   */
  readonly manifest: Uint8Array;
  readonly config: Uint8Array;
}

export interface DirectoryDescription extends TargetWords {
  readonly kind: 'directory';
  readonly userInput: string;
  readonly name: string;
  readonly path: string;
}

export interface FileDescription extends TargetWords {
  readonly kind: 'file';
  readonly userInput: string;
  readonly name: string;
  readonly path: string;
}

/** A document that tells what is on board, and names no target of its own. */
export interface SbomDescription extends TargetWords {
  readonly kind: 'sbom';
  readonly userInput: string;
  readonly name: string;
  /**
   * The file or folder; `-` for the standard input; the document itself where it is the argument;
   * where it lies in a registry, for one that is attached to an image.
   */
  readonly path: string;
  readonly origin: 'file' | 'stdin' | 'argument' | 'folder' | 'referrer';
}

export type TargetDescription =
  | ImageDescription
  | DirectoryDescription
  | FileDescription
  | SbomDescription;

/**
 * What vouches for the bytes of a blob before they are read. `address`: they were asked for by
 * their digest, and nothing else will be taken for them. `place`: where they lie, by all that would
 * tell if they were others than before.
 */
export type BlobOrigin =
  | { readonly kind: 'address' }
  | {
      readonly kind: 'place';
      /** Device, inode, size and times of the file, and the part of it. */
      readonly identity: string;
      /** When the file was last changed, in milliseconds since 1970. */
      readonly changedMs: number;
    };

/** A layer as a stored blob, compressed or not; reading it finds out by its first bytes. */
export interface BlobLayer {
  readonly kind: 'blob';
  readonly description: LayerDescription;
  /** Absent where nothing vouches for the bytes, as in what a container engine sent. */
  readonly origin?: BlobOrigin;
  /**
   * The blob from its first byte. May be called again for a second reading. A piece that is the
   * whole of its buffer belongs to who asks for it: the buffer is gone once it was used.
   */
  open(): AsyncIterable<Uint8Array>;
}

/** One file met while walking a directory. */
export interface TreeFile {
  readonly entry: FileEntry;
  /**
   * The content in pieces, a short one first; empty unless the file is a regular one. Throws a
   * `UserError` where it cannot be read.
   */
  content(): Iterable<Uint8Array>;
}

/** A directory tree or a single file, which has no layers. */
export interface TreeLayer {
  readonly kind: 'tree';
  walk(): AsyncIterable<TreeFile>;
  /** The content of a regular file that the walk met with that size, as {@link TreeFile} has it. */
  contentOf(path: string, sizeBytes: number): Iterable<Uint8Array>;
}

export type LayerInput = BlobLayer | TreeLayer;

/** A target of files that is open. `layers` go from the lowest to the topmost. */
export interface OpenLayers {
  readonly description: TargetDescription;
  readonly layers: readonly LayerInput[];
  /** What the source itself could not read; complete once every layer has been read. */
  readonly problems: readonly Problem[];
  /** Documents beside the image that may be VEX; absent where they were not looked for. */
  readonly attachedVex?: readonly FoundDocument[];
  readonly document?: undefined;
  close(): Promise<void>;
}

/** One of several documents that are one target. */
export interface DocumentPart {
  readonly name: string;
  /** `undefined` where it could not be had, for the reason that `fault` is. */
  readonly content: Uint8Array | undefined;
  readonly fault?: string;
}

/** A document that tells what is on board: there is nothing to read but itself. */
export interface OpenDocument {
  readonly description: SbomDescription;
  readonly layers: readonly [];
  /** What the choice of the document leaves open. */
  readonly problems: readonly Problem[];
  readonly document: {
    /** The whole document, at most `documentBytesMax` bytes; empty where there are parts. */
    readonly content: Uint8Array;
    /** The documents of a folder, by their names; absent where the target is one document. */
    readonly parts?: readonly DocumentPart[];
    /** Id of the reader, where the user said what it is. */
    readonly format?: string;
  };
  close(): Promise<void>;
}

export type OpenTarget = OpenLayers | OpenDocument;

/**
 * A private temporary file, deleted when disposed of; its name has nothing to do with image
 * content.
 */
export interface SpillFile extends Disposable {
  readonly sizeBytes: number;
  append(chunk: Uint8Array): void;
  read(offset: number, length: number): Uint8Array;
}

/** Where content goes that does not fit in memory. Made by `read`, handed to sources. */
export interface Spill {
  /** Throws `UserError` `E_SPILL` where there is no room, `E_LIMIT` beyond `spillBytesMax`. */
  create(): SpillFile;
}

/** How sources may reach the network. */
export interface NetworkOptions {
  /** No connection is opened, not even to a container engine of this machine. */
  readonly isOffline?: boolean;
  /** A file of certificates in PEM to trust besides the usual ones. */
  readonly certificateFile?: string;
  readonly isTlsUnchecked?: boolean;
  /** Registries are asked by plain HTTP where they do not answer to TLS. */
  readonly isPlainHttpAllowed?: boolean;
  /**
   * Hosts, with a port or without, that a registry may redirect to or name as its token service
   * although their addresses are of a private network.
   */
  readonly allowedHosts?: readonly string[];
  /** Each `registry=mirror`, both as hosts with port; a mirror may have a path. Tried in order. */
  readonly registryMirrors?: readonly string[];
}

/** What came in by the standard input, for the target `-`. It can be read at any place. */
export interface StandardInput extends Bytes {
  stream(offset: number, length: number): AsyncIterable<Uint8Array>;
}

export interface OpenOptions {
  readonly network?: NetworkOptions;
  /** Present where the target is `-`. */
  readonly standardInput?: StandardInput;
  /** `os/architecture[/variant]`, or a part of it. */
  readonly platform?: string;
  readonly name?: string;
  /** Open an SBOM that is attached to an image in a registry or a layout, instead of the image. */
  readonly isAttachedSbom?: boolean;
  /** Look for VEX documents that are attached to an image in a registry or a layout. */
  readonly isAttachedVexAsked?: boolean;
  /** Patterns of paths in a directory that are not looked at, nor what lies below them. */
  readonly exclude?: readonly string[];
  /** Whether to stay on the file system that holds the root of a directory. */
  readonly isOneFileSystem?: boolean;
  readonly limits: Limits;
  readonly spill: Spill;
  readonly progress: Progress;
}

/** A source is where bytes come from. One folder in `src/source`. */
export interface Source {
  readonly id: string;
  readonly title: string;
  /** The document that defines the form read. */
  readonly spec: string;
  /**
   * Whether an unnamed target looks like one of this source: a number from 0 (no) to 1 (certainly).
   * Looks at the file system, never at the network. Does not throw. `standardInput` is given for
   * the target `-`.
   */
  recognises(target: string, standardInput?: StandardInput): Promise<number>;
  /** Opens what `id:target` names. Throws `UserError` where it cannot be had. */
  open(target: string, options: OpenOptions): Promise<OpenTarget>;
}
