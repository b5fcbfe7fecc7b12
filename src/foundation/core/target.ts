import type { Bytes } from './bytes.ts';
import type { Digest } from './digest.ts';
import type { FileEntry } from './file-table.ts';
import type { Limits } from './limits.ts';
import type { Problem } from './problem.ts';
import type { Progress } from './progress.ts';
import type { FoundDocument } from './vex-reader.ts';

/** One layer of an image by the manifest and the configuration. */
export interface LayerDescription {
  /** Digest of the uncompressed tar stream; identifies the layer everywhere in our output. */
  readonly diffId: Digest;
  /** Digest of the stored blob, if the source knows it. */
  readonly blobDigest?: Digest;
  readonly mediaType: string;
  /** Size of the stored blob. */
  readonly blobBytes: number;
  /** `created_by` of the history entry that created the layer, if the configuration has it. */
  readonly instruction?: string;
}

/** User-supplied metadata of a target. */
interface TargetWords {
  /** Version of the target; absent if none was given. */
  readonly version?: string;
  /** Supplier of the target. */
  readonly supplier?: string;
}

/** Identity of an image. Terms of the OCI image specification. */
export interface ImageDescription extends TargetWords {
  readonly kind: 'image';
  /** Target as the user named it. */
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
   * Exact bytes of the manifest and the configuration while the image is read. Output contains no
   * values of variables and no secrets, see `published-image.ts`.
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

/** A document that lists packages and names no target of its own. */
export interface SbomDescription extends TargetWords {
  readonly kind: 'sbom';
  readonly userInput: string;
  readonly name: string;
  /**
   * The file or directory; `-` for standard input; the document itself if it is the argument; its
   * place in a registry if it is attached to an image.
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
 * The guarantee for the bytes of a blob before they are read. `address`: they are requested by
 * their digest and must match it. `place`: their location, with everything that would change if
 * they were modified.
 */
export type BlobOrigin =
  | { readonly kind: 'address' }
  | {
      readonly kind: 'place';
      /** Device, inode, size and times of the file, and the part of it. */
      readonly identity: string;
      /** Last modification of the file in milliseconds since 1970. */
      readonly changedMs: number;
    };

/** A layer as a stored blob, compressed or not; its first bytes identify the compression. */
export interface BlobLayer {
  readonly kind: 'blob';
  readonly description: LayerDescription;
  /** Absent if nothing guarantees the bytes, as in the output of a container engine. */
  readonly origin?: BlobOrigin;
  /**
   * Yields the blob from its first byte. May be called again for a second reading. A piece that
   * fills its buffer belongs to the caller: the buffer is released after use.
   */
  open(): AsyncIterable<Uint8Array>;
}

/** One file found while walking a directory. */
export interface TreeFile {
  readonly entry: FileEntry;
  /**
   * Yields the content in pieces, a short one first; empty unless the file is regular. Throws a
   * `UserError` if it cannot be read.
   */
  readContent(): Iterable<Uint8Array>;
}

/** A directory tree or a single file, without layers. */
export interface TreeLayer {
  readonly kind: 'tree';
  walk(): AsyncIterable<TreeFile>;
  /**
   * Yields the content of a regular file that the walk found with that size, as in {@link
   * TreeFile}.
   */
  readContent(path: string, sizeBytes: number): Iterable<Uint8Array>;
}

export type LayerInput = BlobLayer | TreeLayer;

/** Why documents that may be attached to an image were not read. */
export interface UnreadDocument {
  readonly reason: string;
  /** Whether they may be read later, because the registry did not return them now. */
  readonly isTemporary: boolean;
}

/** An open target of files. `layers` are ordered from the lowest to the topmost. */
export interface OpenLayers {
  readonly description: TargetDescription;
  readonly layers: readonly LayerInput[];
  /** Content that the source itself could not read; complete once every layer was read. */
  readonly problems: readonly Problem[];
  /** Documents beside the image that may be VEX; absent if they were not requested. */
  readonly attachedVex?: readonly FoundDocument[];
  /** Why further documents may be attached; absent if all were read. */
  readonly attachedMissing?: readonly UnreadDocument[];
  readonly document?: undefined;
  close(): Promise<void>;
}

/** One of several documents that form one target. */
export interface DocumentPart {
  readonly name: string;
  /** `undefined` if it could not be read, because of `fault`. */
  readonly content: Uint8Array | undefined;
  readonly fault?: string;
}

/** A document that lists packages; there is nothing else to read. */
export interface OpenDocument {
  readonly description: SbomDescription;
  readonly layers: readonly [];
  /** Ambiguities in the choice of the document. */
  readonly problems: readonly Problem[];
  readonly document: {
    /** The whole document, at most `documentBytesMax` bytes; empty if there are parts. */
    readonly content: Uint8Array;
    /** Documents of a directory by name; absent if the target is one document. */
    readonly parts?: readonly DocumentPart[];
    /** ID of the reader, if the user specified the format. */
    readonly format?: string;
  };
  close(): Promise<void>;
}

export type OpenTarget = OpenLayers | OpenDocument;

/** A private temporary file, deleted on disposal; its name is independent of image content. */
export interface SpillFile extends Disposable {
  readonly sizeBytes: number;
  append(chunk: Uint8Array): void;
  read(offset: number, length: number): Uint8Array;
}

/** Storage for content that does not fit in memory. Created by `read`, used by sources. */
export interface Spill {
  /** Throws `UserError` `E_SPILL` if there is no space, `E_LIMIT` beyond `spillBytesMax`. */
  create(): SpillFile;
}

/** Network access of sources. */
export interface NetworkOptions {
  /** If true, no connection is opened, not even to a local container engine. */
  readonly isOffline?: boolean;
  /** A PEM file of additional trusted certificates. */
  readonly certificateFile?: string;
  readonly isTlsUnchecked?: boolean;
  /** Whether plain HTTP is used for registries without TLS. */
  readonly isPlainHttpAllowed?: boolean;
  /**
   * Hosts, with or without a port, that a registry may redirect to or name as its token service
   * even if their addresses are private.
   */
  readonly allowedHosts?: readonly string[];
  /** Whether only public addresses and allowed hosts are reached, as a server does. */
  readonly isPublicOnly?: boolean;
  /**
   * `registry=mirror` pairs, both as hosts with ports; a mirror may have a path. Tried in order.
   */
  readonly registryMirrors?: readonly string[];
}

/** Content of standard input for the target `-`, with random access. */
export interface StandardInput extends Bytes {
  stream(offset: number, length: number): AsyncIterable<Uint8Array>;
}

export interface OpenOptions {
  readonly network?: NetworkOptions;
  /** Present if the target is `-`. */
  readonly standardInput?: StandardInput;
  /** `os/architecture[/variant]` or a part of it. */
  readonly platform?: string;
  /** If true, an image with several platforms is only opened if one was requested. */
  readonly isPlatformRequired?: boolean;
  readonly name?: string;
  /** If true, opens an SBOM attached to an image in a registry or a layout instead of the image. */
  readonly isAttachedSbom?: boolean;
  /** If true, looks for VEX documents attached to an image in a registry or a layout. */
  readonly isAttachedVexRequested?: boolean;
  /** Whether documents of any kind are requested, not only those that may be VEX. */
  readonly areAllAttachedRequested?: boolean;
  /** Patterns of directory paths to skip, including everything below them. */
  readonly exclude?: readonly string[];
  /** Whether to stay on the file system of the root directory. */
  readonly isOneFileSystem?: boolean;
  readonly limits: Limits;
  readonly spill: Spill;
  readonly progress: Progress;
}

/** A source of bytes, one folder in `src/image/source`. */
export interface Source {
  readonly id: string;
  readonly title: string;
  /** The document that defines its format. */
  readonly spec: string;
  /**
   * Returns how likely an unnamed target belongs to this source: from 0 (no) to 1 (certain). Uses
   * the file system, never the network. Does not throw. `standardInput` is set for the target `-`.
   */
  recognize(target: string, standardInput?: StandardInput): Promise<number>;
  /** Opens the target of `id:target`. Throws a `UserError` if that fails. */
  open(target: string, options: OpenOptions): Promise<OpenTarget>;
  /** Opens an artifact that is not an image; absent if the source has none. */
  openArtifact?(target: string, options: ArtifactOptions): Promise<OpenArtifact>;
  /**
   * Attaches a document to an image, and returns the digest of its manifest; absent if the source
   * cannot be written.
   */
  attach?(target: string, attachment: TargetAttachment, options: ArtifactOptions): Promise<Digest>;
  /** Opens the list of the repositories of a registry; absent if the source has none. */
  openListing?(registry: string, options: ListingOptions): Promise<RepositoryListing>;
}

export interface ListingOptions {
  readonly limits: Limits;
  readonly network: NetworkOptions;
}

/** The repositories and tags of a registry. */
export interface RepositoryListing extends Disposable {
  /** Lists all repositories. Some registries do not permit that. */
  listRepositories(): Promise<readonly string[]>;
  /** Lists the tags of a repository; `undefined` if the registry does not have it. */
  listTags(repository: string): Promise<readonly string[] | undefined>;
  /** Returns the digest of a tag by one request; `undefined` if the tag does not exist. */
  findDigest(repository: string, tag: string): Promise<Digest | undefined>;
  /** Lists documents that are attached to an image; none if the registry does not support it. */
  listReferrers(repository: string, digest: Digest): Promise<readonly ReferrerDescription[]>;
}

/** A document that is attached to an image. */
export interface ReferrerDescription {
  readonly digest: Digest;
  /** Empty if it has none. */
  readonly artifactType: string;
}

/** A document to attach to an image. */
export interface TargetAttachment {
  readonly image: Pick<ImageDescription, 'manifest' | 'manifestDigest' | 'mediaType'>;
  readonly content: Uint8Array;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type ArtifactOptions = Pick<OpenOptions, 'limits' | 'network' | 'progress'>;

/** An artifact in a registry that is not an image. */
export interface OpenArtifact extends Disposable {
  /** Manifest of the requested tag or digest. */
  readonly manifest: Uint8Array;
  readBlob(digest: Digest, bytesMax: number): Promise<Uint8Array>;
  /** The caller verifies the digest. */
  streamBlob(digest: Digest, sizeBytes: number): AsyncIterable<Uint8Array>;
}
