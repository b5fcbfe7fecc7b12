import { hash } from 'node:crypto';
import type { Extractor, LayerFacts } from '../core/cataloger.ts';
import type { Digest } from '../core/digest.ts';
import type { OtherDigestAlgorithm } from '../core/file-table.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import type { Progress } from '../core/progress.ts';
import type { BlobLayer, ImageDescription } from '../core/target.ts';
import { CacheFolder, type EntryKind } from './cache-folder.ts';
import {
  decodeFiles,
  decodeInventory,
  decodeSaid,
  encodeFiles,
  encodeInventory,
  encodeSaid,
  leastBytesOf,
  seal,
  unseal,
} from './fact-codec.ts';
import { VerifiedBlobs } from './verified-blobs.ts';

export interface FactCacheOptions {
  /** The folder of the cache; it is made when the first entry is. */
  readonly folder: string;
  /**
   * What changes with every change of the program, so that facts of another one are not taken for
   * its own.
   */
  readonly build: string;
  /** Nothing is taken from the cache; what was read takes the place of what was there. */
  readonly isRenewed: boolean;
  readonly limits: Limits;
  /** Digests of files that are taken besides SHA-256 and SHA-1. */
  readonly otherDigests: readonly OtherDigestAlgorithm[];
  readonly progress: Progress;
}

/** What a layer said, and the bytes of the blob that holds it. */
export interface KnownLayer {
  readonly facts: LayerFacts;
  readonly storedBytes: number;
}

/** An image of which an inventory is kept. */
export interface CachedImage {
  readonly description: ImageDescription;
  readonly layers: readonly BlobLayer[];
  /** What its source could not read. */
  readonly problems: readonly Problem[];
}

/**
 * Keeps what layers said, by diff ID and by all that decides on what is said: the program, its
 * extractors and the limits. A cache that cannot be used costs time only: it never fails a run.
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
   * What is known of a layer without reading it. `undefined` where nothing is, or where it has to
   * be read to verify it.
   */
  async find(
    layer: BlobLayer,
    extractors: readonly Extractor<unknown>[],
  ): Promise<KnownLayer | undefined> {
    if (this.#options.isRenewed || this.#isOutOfUse) {
      return undefined;
    }
    const { diffId } = layer.description;
    const said = this.#read(this.#factsKey(diffId, extractors), 'facts', decodeSaid);
    const files = said && this.#read(this.#filesKey(diffId), 'files', decodeFiles);
    if (said === undefined || files === undefined || said.diffId !== diffId) {
      return undefined;
    }
    if (said.facts.some(({ row }) => !(row < files.length))) {
      return undefined;
    }
    let storedBytes: number | undefined;
    await this.#trying(async () => {
      storedBytes = await this.#blobs.storedBytesOf(layer);
    });
    return storedBytes === undefined ? undefined : { facts: { ...said, files }, storedBytes };
  }

  /** Keeps what was read of a layer that fits its digests. The writing goes on meanwhile. */
  async keep(
    layer: BlobLayer,
    extractors: readonly Extractor<unknown>[],
    { facts, storedBytes }: KnownLayer,
  ): Promise<void> {
    // One at a time: what waits to be written lies in memory.
    await this.#writing;
    const { factEntryBytesMax } = this.#options.limits;
    const { files, ...said } = facts;
    if (this.#isOutOfUse) {
      return;
    }
    const { diffId } = layer.description;
    const isTooLong = leastBytesOf(files) > factEntryBytesMax;
    const encodedFiles = isTooLong ? undefined : encodeFiles(files);
    const encodedSaid = isTooLong ? undefined : encodeSaid(said);
    const isKept = [encodedFiles, encodedSaid].every(
      (encoded) => encoded !== undefined && encoded.length <= factEntryBytesMax,
    );
    this.#writing = this.#trying(async () => {
      if (isKept && encodedFiles !== undefined && encodedSaid !== undefined) {
        this.#hasWritten = true;
        this.#folder.write(this.#filesKey(diffId), 'files', await seal(encodedFiles));
        const key = this.#factsKey(diffId, extractors);
        this.#folder.write(key, 'facts', await seal(encodedSaid));
      }
      // Also where facts are too long to be kept: what was made of all layers may be shorter.
      this.#blobs.note(layer, storedBytes);
    });
  }

  /**
   * What was made of an image before, where all its layers are known to be what they were then.
   *
   * @param asked all that decides on it besides the image, the program and the limits
   */
  async findInventory(image: CachedImage, asked: unknown): Promise<Inventory | undefined> {
    if (this.#options.isRenewed || this.#isOutOfUse) {
      return undefined;
    }
    const key = await this.#inventoryKey(image, asked);
    const found = key === undefined ? undefined : this.#read(key, 'inventory', decodeInventory);
    return found && { target: image.description, ...found };
  }

  /** Keeps what was made of an image whose layers were read, or known, by this cache. */
  async keepInventory(image: CachedImage, asked: unknown, inventory: Inventory): Promise<void> {
    await this.#writing;
    const key = this.#isOutOfUse ? undefined : await this.#inventoryKey(image, asked);
    const { factEntryBytesMax } = this.#options.limits;
    if (key === undefined || elementsOf(inventory) * ELEMENT_BYTES > factEntryBytesMax) {
      return;
    }
    const encoded = encodeInventory(inventory);
    if (encoded === undefined || encoded.length > factEntryBytesMax) {
      return;
    }
    this.#writing = this.#trying(async () => {
      this.#hasWritten = true;
      this.#folder.write(key, 'inventory', await seal(encoded));
    });
  }

  /** Keeps what further extractors said of a layer that is known, or kept, already. */
  async keepFacts(
    layer: BlobLayer,
    extractors: readonly Extractor<unknown>[],
    { files: _files, ...said }: LayerFacts,
  ): Promise<void> {
    await this.#writing;
    const encoded = this.#isOutOfUse ? undefined : encodeSaid(said);
    if (encoded === undefined || encoded.length > this.#options.limits.factEntryBytesMax) {
      return;
    }
    this.#writing = this.#trying(async () => {
      this.#hasWritten = true;
      const key = this.#factsKey(layer.description.diffId, extractors);
      this.#folder.write(key, 'facts', await seal(encoded));
    });
  }

  /** Waits for what is still to be written, and holds the limit on the size of the cache. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    if (this.#hasWritten) {
      this.#hasWritten = false;
      this.#folder.shrink(this.#options.limits.factCacheBytesMax);
    }
  }

  #read<T>(key: string, kind: EntryKind, decode: (bytes: Uint8Array) => T): T | undefined {
    const { factEntryBytesMax } = this.#options.limits;
    const sealed = this.#folder.read(key, kind, 2 * factEntryBytesMax);
    if (sealed === undefined) {
      return undefined;
    }
    const made = madeOf(sealed, (bytes) => {
      const content = unseal(bytes, factEntryBytesMax);
      return content && decode(content);
    });
    if (made === undefined) {
      this.#forget(key, kind);
    }
    return made;
  }

  #forget(key: string, kind: EntryKind): void {
    this.#tell('a damaged cache entry was rebuilt');
    this.#folder.remove(key, kind);
  }

  /** What the file system refuses ends the use of the cache, not the run. */
  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) {
        throw error;
      }
      this.#isOutOfUse = true;
      this.#tell(`could not use the cache "${this.#options.folder}": ${error.message}`);
    }
  }

  #tell(message: string): void {
    this.#options.progress.emit({ kind: 'notice', level: 'warning', message });
  }

  /** `undefined` where a layer has to be read to verify it. */
  async #inventoryKey(image: CachedImage, asked: unknown): Promise<string | undefined> {
    const storedBytes: (number | undefined)[] = [];
    await this.#trying(async () => {
      for (const layer of image.layers) {
        storedBytes.push(await this.#blobs.storedBytesOf(layer));
      }
    });
    if (storedBytes.length < image.layers.length || storedBytes.includes(undefined)) {
      return undefined;
    }
    const { manifest, config, ...described } = image.description;
    const identity = [hash('sha256', manifest), hash('sha256', config), described];
    const said = [identity, image.problems, storedBytes, asked, frameOf(this.#options)];
    return hash('sha256', JSON.stringify(said), 'hex');
  }

  #filesKey(diffId: Digest): string {
    return hash('sha256', JSON.stringify([diffId, frameOf(this.#options)]), 'hex');
  }

  #factsKey(diffId: Digest, extractors: readonly Extractor<unknown>[]): string {
    let origin = this.#origins.get(extractors);
    if (origin === undefined) {
      origin = cacheKey(extractors, this.#options);
      this.#origins.set(extractors, origin);
    }
    return hash('sha256', JSON.stringify([diffId, origin]), 'hex');
  }
}

/** `undefined` for what was written in another form, which is as good as damaged. */
function madeOf<T>(entry: Uint8Array, make: (entry: Uint8Array) => T | undefined): T | undefined {
  try {
    return make(entry);
  } catch {
    return undefined;
  }
}

/** What a file, an edge or a package takes when it is encoded, more or less. */
const ELEMENT_BYTES = 250;

function elementsOf({ packages, files, relationships }: Inventory): number {
  return packages.length + files.length + relationships.length;
}

/**
 * What decides, besides the layer, on what the cache holds of it: 64 hexadecimal digits. A cache
 * that is carried from machine to machine is of use where they are the same.
 */
export function cacheKey(extractors: readonly Extractor<unknown>[], frame: CacheFrame): string {
  return hash('sha256', JSON.stringify([frameOf(frame), extractors.map(wantsOf)]), 'hex');
}

/** What of the options decides on what is said. */
export type CacheFrame = Pick<FactCacheOptions, 'build' | 'limits' | 'otherDigests'>;

function frameOf({ build, limits, otherDigests }: CacheFrame): unknown {
  const { factCacheBytesMax: _size, factEntryBytesMax: _entry, ...shaping } = limits;
  return [build, shaping, otherDigests];
}

/** A link may make an extractor want other names than its own, so these count as well. */
function wantsOf({ id, version, wants }: Extractor<unknown>): unknown {
  const said = wants.map(({ role, paths, linked, magic, maxBytes }) => [
    role,
    paths,
    linked?.map(({ ownPath, path }) => [ownPath, path]),
    magic?.map(({ offset, bytes }) => [offset, ...bytes]),
    maxBytes,
  ]);
  return [id, version, said];
}
