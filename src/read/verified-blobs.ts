import { createHash, hash } from 'node:crypto';
import type { BlobLayer } from '../core/target.ts';
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
  note(layer: BlobLayer, storedBytes: number): void {
    this.#write(pairOf(layer), storedBytes);
    this.#notePlace(layer, storedBytes);
  }

  /**
   * Returns the size of a blob that is known to hold its layer; `undefined` if only reading it can
   * verify that. A blob with an unknown location is hashed as it is stored, which is all that is
   * left to verify for a pair that was verified before.
   */
  async storedBytesOf(layer: BlobLayer): Promise<number | undefined> {
    const inPlace = this.#findPlace(layer);
    if (inPlace !== undefined) {
      return inPlace;
    }
    const known = this.#read(pairOf(layer));
    if (layer.origin?.kind === 'address' || known === undefined) {
      return known;
    }
    const { digest, sizeBytes } = await hashOf(layer);
    if (digest !== storedDigestOf(layer)) {
      return undefined;
    }
    this.#notePlace(layer, sizeBytes);
    return sizeBytes;
  }

  #notePlace(layer: BlobLayer, storedBytes: number): void {
    const place = placeOf(layer);
    if (place !== undefined) {
      this.#write(place, storedBytes);
    }
  }

  #findPlace(layer: BlobLayer): number | undefined {
    const place = placeOf(layer);
    if (place === undefined || layer.origin?.kind !== 'place') {
      return undefined;
    }
    const notedMs = this.#folder.writtenMs(keyOf(place), 'blob') ?? 0;
    return notedMs - layer.origin.changedMs < TIME_STEP_MS ? undefined : this.#read(place);
  }

  /** The entry includes the statement, so that a damaged one counts as missing. */
  #read(statement: string): number | undefined {
    const content = this.#folder.read(keyOf(statement), 'blob', RECORD_BYTES_MAX);
    const text = Buffer.from(content ?? []).toString('utf8');
    const [, said, sizeText, checksum] = RECORD.exec(text) ?? [];
    const isWhole = said === statement && checksum === keyOf(`${said} ${sizeText}`);
    return isWhole ? Number(sizeText) : undefined;
  }

  #write(statement: string, storedBytes: number): void {
    const said = `${statement} ${storedBytes}`;
    this.#folder.write(keyOf(statement), 'blob', Buffer.from(`${said} ${keyOf(said)}`));
  }
}

function pairOf(layer: BlobLayer): string {
  return `blob ${storedDigestOf(layer)} holds ${layer.description.diffId}`;
}

function placeOf(layer: BlobLayer): string | undefined {
  return layer.origin?.kind === 'place'
    ? `place ${layer.origin.identity}: ${pairOf(layer)}`
    : undefined;
}

/** A blob without a known digest can only be the plain layer itself. */
function storedDigestOf({ description }: BlobLayer): string {
  return description.blobDigest ?? description.diffId;
}

function keyOf(text: string): string {
  return hash('sha256', text, 'hex');
}

async function hashOf(layer: BlobLayer): Promise<{ digest: string; sizeBytes: number }> {
  const algorithm = storedDigestOf(layer).startsWith('sha512:') ? 'sha512' : 'sha256';
  const content = createHash(algorithm);
  let sizeBytes = 0;
  for await (const chunk of layer.open()) {
    content.update(chunk);
    sizeBytes += chunk.length;
  }
  return { digest: `${algorithm}:${content.digest('hex')}`, sizeBytes };
}
