import { createHash, hash } from 'node:crypto';
import { MissingBlobError } from '../../foundation/bytes/oci/blob-store.ts';
import type { BlobLayer } from '../../foundation/core/target.ts';
import type { CacheFolder } from './cache-folder.ts';

/**
 * File systems store times with a resolution of up to two seconds: a file that changed this shortly
 * before it was checked may have changed again afterwards without a new time.
 */
const TIME_STEP_MS = 2_000;
const RECORD_BYTES_MAX = 4_096;
/** Statement, size of the blob, and the hash of both. */
const RECORD = /^(.{1,2000}) ([0-9]{1,16}) ([0-9a-f]{64})$/;

/**
 * Remembers which blobs were found to hold which layer, and their location at that time. Nothing
 * counts as verified because two documents claim it: a pair of digests counts once the content was
 * hashed, and a location once the bytes in it were.
 */
export class VerifiedBlobs {
  readonly #folder: CacheFolder;

  constructor(folder: CacheFolder) {
    this.#folder = folder;
  }

  /** Records that a blob was read and matches both its digests. */
  recordVerified(layer: BlobLayer, storedBytes: number): void {
    this.#writeStatement(formatPair(layer), storedBytes);
    this.#recordPlace(layer, storedBytes);
  }

  /**
   * Returns the size of a blob that is known to hold its layer; `undefined` if only reading it can
   * verify that. A blob with an unknown location is hashed as it is stored, which is all that is
   * left to verify for a pair that was verified before.
   */
  async findStoredBytes(layer: BlobLayer): Promise<number | undefined> {
    const inPlace = this.#findPlace(layer);
    if (inPlace !== undefined) {
      return inPlace;
    }
    const known = this.#readStatement(formatPair(layer));
    if (layer.origin?.kind === 'address' || known === undefined) {
      return known;
    }
    const blob = await hashBlob(layer);
    if (blob?.digest !== getStoredDigest(layer)) {
      return undefined;
    }
    this.#recordPlace(layer, blob.sizeBytes);
    return blob.sizeBytes;
  }

  #recordPlace(layer: BlobLayer, storedBytes: number): void {
    const place = formatPlace(layer);
    if (place !== undefined) {
      this.#writeStatement(place, storedBytes);
    }
  }

  #findPlace(layer: BlobLayer): number | undefined {
    const place = formatPlace(layer);
    if (place === undefined || layer.origin?.kind !== 'place') {
      return undefined;
    }
    const notedMs = this.#folder.getWrittenMs(hashText(place), 'blob') ?? 0;
    return notedMs - layer.origin.changedMs < TIME_STEP_MS ? undefined : this.#readStatement(place);
  }

  /** The entry includes the statement, so that a damaged one counts as missing. */
  #readStatement(statement: string): number | undefined {
    const content = this.#folder.readEntry(hashText(statement), 'blob', RECORD_BYTES_MAX);
    const text = Buffer.from(content ?? []).toString('utf8');
    const [, recorded, sizeText, checksum] = RECORD.exec(text) ?? [];
    const isWhole = recorded === statement && checksum === hashText(`${recorded} ${sizeText}`);
    return isWhole ? Number(sizeText) : undefined;
  }

  #writeStatement(statement: string, storedBytes: number): void {
    const record = `${statement} ${storedBytes}`;
    this.#folder.writeEntry(
      hashText(statement),
      'blob',
      Buffer.from(`${record} ${hashText(record)}`),
    );
  }
}

function formatPair(layer: BlobLayer): string {
  return `blob ${getStoredDigest(layer)} holds ${layer.description.diffId}`;
}

function formatPlace(layer: BlobLayer): string | undefined {
  return layer.origin?.kind === 'place'
    ? `place ${layer.origin.identity}: ${formatPair(layer)}`
    : undefined;
}

/** A blob without a known digest can only be the plain layer itself. */
function getStoredDigest({ description }: BlobLayer): string {
  return description.blobDigest ?? description.diffId;
}

function hashText(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Returns `undefined` if the blob is missing: the reading of the layer decides what that means. */
async function hashBlob(
  layer: BlobLayer,
): Promise<{ digest: string; sizeBytes: number } | undefined> {
  const algorithm = getStoredDigest(layer).startsWith('sha512:') ? 'sha512' : 'sha256';
  const content = createHash(algorithm);
  let sizeBytes = 0;
  try {
    for await (const chunk of layer.open()) {
      content.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    if (error instanceof MissingBlobError) {
      return undefined;
    }
    throw error;
  }
  return { digest: `${algorithm}:${content.digest('hex')}`, sizeBytes };
}
