import { hash } from 'node:crypto';
import type { Extractor, LayerFacts } from '../../foundation/core/cataloger.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type { OtherDigestAlgorithm } from '../../foundation/core/file-table.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { Problem } from '../../foundation/core/problem.ts';
import type { Progress } from '../../foundation/core/progress.ts';
import type { BlobLayer, ImageDescription } from '../../foundation/core/target.ts';
import { CacheFolder, type EntryKind } from './cache-folder.ts';
import {
  computeMinBytes,
  decodeFacts,
  decodeFiles,
  decodeInventory,
  encodeFacts,
  encodeFiles,
  encodeInventory,
  packEntry,
  unpackEntry,
} from './fact-codec.ts';
import { VerifiedBlobs } from './verified-blobs.ts';

export interface FactCacheOptions {
  /** The directory of the cache; created with the first entry. */
  readonly folder: string;
  /** Identifies the build of the program, so that facts of another build are not used. */
  readonly build: string;
  /** If true, nothing is read from the cache, and new entries replace existing ones. */
  readonly isRenewed: boolean;
  readonly limits: Limits;
  /** Digests of files in addition to SHA-256 and SHA-1. */
  readonly otherDigests: readonly OtherDigestAlgorithm[];
  readonly progress: Progress;
}

/** Facts of a layer, and the size of the blob that holds it. */
export interface KnownLayer {
  readonly facts: LayerFacts;
  readonly storedBytes: number;
}

/** An image whose inventory is kept. */
export interface CachedImage {
  readonly description: ImageDescription;
  readonly layers: readonly BlobLayer[];
  /** Problems that its source had while reading it. */
  readonly problems: readonly Problem[];
}

/**
 * Keeps the facts of layers by diff ID and by everything else that determines them: the program,
 * its extractors and the limits. A cache that cannot be used costs only time: it never fails a run.
 */
export class FactCache implements AsyncDisposable {
  readonly #options: FactCacheOptions;
  readonly #folder: CacheFolder;
  readonly #blobs: VerifiedBlobs;
  readonly #origins = new WeakMap<readonly Extractor<unknown>[], string>();
  #writing: Promise<void> = Promise.resolve();
  #hasWritten = false;
  #isOutOfUse = false;

  constructor(options: FactCacheOptions) {
    this.#options = options;
    this.#folder = new CacheFolder(options.folder);
    this.#blobs = new VerifiedBlobs(this.#folder);
  }

  /**
   * Returns the facts of a layer without reading it. `undefined` if there are none, or if the layer
   * must be read to verify it.
   */
  async findLayer(
    layer: BlobLayer,
    extractors: readonly Extractor<unknown>[],
  ): Promise<KnownLayer | undefined> {
    if (this.#options.isRenewed || this.#isOutOfUse) {
      return undefined;
    }
    const { diffId } = layer.description;
    const layerFacts = this.#readEntry(
      this.#computeFactsKey(diffId, extractors),
      'facts',
      decodeFacts,
    );
    const files =
      layerFacts && this.#readEntry(this.#computeFilesKey(diffId), 'files', decodeFiles);
    if (layerFacts === undefined || files === undefined || layerFacts.diffId !== diffId) {
      return undefined;
    }
    if (layerFacts.facts.some(({ row }) => !(row < files.length))) {
      return undefined;
    }
    let storedBytes: number | undefined;
    await this.#tryCacheAccess(async () => {
      storedBytes = await this.#blobs.findStoredBytes(layer);
    });
    return storedBytes === undefined ? undefined : { facts: { ...layerFacts, files }, storedBytes };
  }

  /** Keeps the facts of a layer whose digests match. Writing continues in the background. */
  async keep(
    layer: BlobLayer,
    extractors: readonly Extractor<unknown>[],
    { facts, storedBytes }: KnownLayer,
  ): Promise<void> {
    // One at a time, because content that waits to be written is in memory.
    await this.#writing;
    const { factEntryBytesMax } = this.#options.limits;
    const { files, ...layerFacts } = facts;
    if (this.#isOutOfUse) {
      return;
    }
    const { diffId } = layer.description;
    const isTooLong = computeMinBytes(files) > factEntryBytesMax;
    const encodedFiles = isTooLong ? undefined : encodeFiles(files);
    const encodedFacts = isTooLong ? undefined : encodeFacts(layerFacts);
    const isKept = [encodedFiles, encodedFacts].every(
      (encoded) => encoded !== undefined && encoded.length <= factEntryBytesMax,
    );
    this.#writing = this.#tryCacheAccess(async () => {
      if (isKept && encodedFiles !== undefined && encodedFacts !== undefined) {
        this.#hasWritten = true;
        this.#folder.writeEntry(
          this.#computeFilesKey(diffId),
          'files',
          await packEntry(encodedFiles),
        );
        const key = this.#computeFactsKey(diffId, extractors);
        this.#folder.writeEntry(key, 'facts', await packEntry(encodedFacts));
      }
      // Also if the facts are too long to be kept, because the inventory of all layers may be
      // shorter.
      this.#blobs.recordVerified(layer, storedBytes);
    });
  }

  /**
   * Returns the saved inventory of an image if all its layers are known to be unchanged.
   *
   * @param request everything that determines the inventory, other than the image, the program and
   *   the limits
   */
  async findInventory(image: CachedImage, request: unknown): Promise<Inventory | undefined> {
    if (this.#options.isRenewed || this.#isOutOfUse) {
      return undefined;
    }
    const key = await this.#computeInventoryKey(image, request);
    const found =
      key === undefined ? undefined : this.#readEntry(key, 'inventory', decodeInventory);
    return found && { target: image.description, ...found };
  }

  /**
   * Stores the inventory of an image if all of its layers were read through this cache or found in
   * it.
   */
  async keepInventory(image: CachedImage, request: unknown, inventory: Inventory): Promise<void> {
    await this.#writing;
    const key = this.#isOutOfUse ? undefined : await this.#computeInventoryKey(image, request);
    const { factEntryBytesMax } = this.#options.limits;
    if (key === undefined || countElements(inventory) * ELEMENT_BYTES > factEntryBytesMax) {
      return;
    }
    const encoded = encodeInventory(inventory);
    if (encoded === undefined || encoded.length > factEntryBytesMax) {
      return;
    }
    this.#writing = this.#tryCacheAccess(async () => {
      this.#hasWritten = true;
      this.#folder.writeEntry(key, 'inventory', await packEntry(encoded));
    });
  }

  /** Keeps facts that more extractors yielded for a layer that is already known or kept. */
  async keepFacts(
    layer: BlobLayer,
    extractors: readonly Extractor<unknown>[],
    { files: _files, ...layerFacts }: LayerFacts,
  ): Promise<void> {
    await this.#writing;
    const encoded = this.#isOutOfUse ? undefined : encodeFacts(layerFacts);
    if (encoded === undefined || encoded.length > this.#options.limits.factEntryBytesMax) {
      return;
    }
    this.#writing = this.#tryCacheAccess(async () => {
      this.#hasWritten = true;
      const key = this.#computeFactsKey(layer.description.diffId, extractors);
      this.#folder.writeEntry(key, 'facts', await packEntry(encoded));
    });
  }

  /** Waits for pending writes and enforces the size limit of the cache. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    if (this.#hasWritten) {
      this.#hasWritten = false;
      this.#folder.shrink(this.#options.limits.factCacheBytesMax);
    }
  }

  #readEntry<T>(key: string, kind: EntryKind, decode: (bytes: Uint8Array) => T): T | undefined {
    const { factEntryBytesMax } = this.#options.limits;
    const sealed = this.#folder.readEntry(key, kind, 2 * factEntryBytesMax);
    if (sealed === undefined) {
      return undefined;
    }
    const made = tryDecode(sealed, (bytes) => {
      const content = unpackEntry(bytes, factEntryBytesMax);
      return content && decode(content);
    });
    if (made === undefined) {
      this.#forget(key, kind);
    }
    return made;
  }

  #forget(key: string, kind: EntryKind): void {
    this.#emitWarning('a damaged cache entry was rebuilt');
    this.#folder.remove(key, kind);
  }

  /** An error of the file system ends the use of the cache, not the run. */
  async #tryCacheAccess(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) {
        throw error;
      }
      this.#isOutOfUse = true;
      this.#emitWarning(`could not use the cache "${this.#options.folder}": ${error.message}`);
    }
  }

  #emitWarning(message: string): void {
    this.#options.progress.emit({ kind: 'notice', level: 'warning', message });
  }

  /** `undefined` if a layer must be read to verify it. */
  async #computeInventoryKey(image: CachedImage, request: unknown): Promise<string | undefined> {
    const storedBytes: (number | undefined)[] = [];
    await this.#tryCacheAccess(async () => {
      for (const layer of image.layers) {
        storedBytes.push(await this.#blobs.findStoredBytes(layer));
      }
    });
    if (storedBytes.length < image.layers.length || storedBytes.includes(undefined)) {
      return undefined;
    }
    const { manifest, config, ...described } = image.description;
    const identity = [hash('sha256', manifest), hash('sha256', config), described];
    const parts = [identity, image.problems, storedBytes, request, toFrameKey(this.#options)];
    return hash('sha256', JSON.stringify(parts), 'hex');
  }

  #computeFilesKey(diffId: Digest): string {
    return hash('sha256', JSON.stringify([diffId, toFrameKey(this.#options)]), 'hex');
  }

  #computeFactsKey(diffId: Digest, extractors: readonly Extractor<unknown>[]): string {
    let origin = this.#origins.get(extractors);
    if (origin === undefined) {
      origin = computeCacheKey(extractors, this.#options);
      this.#origins.set(extractors, origin);
    }
    return hash('sha256', JSON.stringify([diffId, origin]), 'hex');
  }
}

/** `undefined` for an entry in another format, which is treated like a damaged one. */
function tryDecode<T>(
  entry: Uint8Array,
  make: (entry: Uint8Array) => T | undefined,
): T | undefined {
  try {
    return make(entry);
  } catch {
    return undefined;
  }
}

/** Approximate encoded size of a file, an edge or a package. */
const ELEMENT_BYTES = 250;

function countElements({ packages, files, relationships }: Inventory): number {
  return packages.length + files.length + relationships.length;
}

/**
 * Returns a key of everything, except the layer itself, that determines the cache entries of a
 * layer: 64 hexadecimal digits. A cache carried from machine to machine is useful if the keys are
 * equal.
 */
export function computeCacheKey(
  extractors: readonly Extractor<unknown>[],
  frame: CacheFrame,
): string {
  return hash('sha256', JSON.stringify([toFrameKey(frame), extractors.map(toWantsKey)]), 'hex');
}

/** The options that determine the facts. */
export type CacheFrame = Pick<FactCacheOptions, 'build' | 'limits' | 'otherDigests'>;

function toFrameKey({ build, limits, otherDigests }: CacheFrame): unknown {
  const { factCacheBytesMax: _size, factEntryBytesMax: _entry, ...shaping } = limits;
  return [build, shaping, otherDigests];
}

/**
 * A link may make an extractor request other names than its own, so these are part of the key as
 * well.
 */
function toWantsKey({ id, version, wants, isOwnable }: Extractor<unknown>): unknown {
  const wanted = wants.map(({ role, paths, linked, magic, maxBytes }) => [
    role,
    paths,
    linked?.map(({ ownPath, path }) => [ownPath, path]),
    magic?.map(({ offset, bytes }) => [offset, ...bytes]),
    maxBytes,
  ]);
  return isOwnable === true ? [id, version, wanted, 'md5'] : [id, version, wanted];
}
