import { createHash, hash } from 'node:crypto';
import type { BlobLayer } from '../core/target.ts';
import type { CacheFolder } from './cache-folder.ts';

/**
 * File systems keep times in steps, and some of a second or two: a file that changed that shortly
 * before it was looked at may have changed after it, too, with the same time.
 */
const TIME_STEP_MS = 2_000;
const RECORD_BYTES_MAX = 4_096;
/** Statement, size of the blob, and the hash of both. */
const RECORD = /^(.{1,2000}) ([0-9]{1,16}) ([0-9a-f]{64})$/;

/**
 * Remembers which blobs were found to hold which layer, and where they lay then. Nothing is taken
 * for verified because two documents say so: a pair of digests counts once the content was hashed,
 * and a place once the bytes in it were.
 */
export class VerifiedBlobs {
  readonly #folder: CacheFolder;

  constructor(folder: CacheFolder) {
    this.#folder = folder;
  }

  /** Notes that a blob was read and fits both its digests. */
  note(layer: BlobLayer, storedBytes: number): void {
    this.#write(pairOf(layer), storedBytes);
    this.#notePlace(layer, storedBytes);
  }

  /**
   * Bytes of a blob that is known to hold its layer; `undefined` where that has to be found out by
   * reading it. A blob whose place is not known is hashed as it is stored, which is all that is
   * left to verify of a pair that was verified before.
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

  /** The statement is in the entry as well, so that a damaged one is taken for none. */
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

/** A blob whose digest nobody knows may only be the plain layer itself. */
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
