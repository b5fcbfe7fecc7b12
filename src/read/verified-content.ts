import { createHash } from 'node:crypto';
import type { Digest } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';
import type { BlobLayer } from '../core/target.ts';
import { decompress } from '../parse/compression/decompress.ts';

/**
 * Hands on the content of a layer piece by piece, decompressed, and holds blob and content against
 * their digests when all of it has passed.
 *
 * @returns the bytes of the blob.
 * @throws UserError `E_DIGEST_MISMATCH` where the layer does not fit its digests, and what
 * {@link decompress} throws.
 */
export async function readVerified(
  layer: BlobLayer,
  limits: Limits,
  onOutput: (chunk: Uint8Array) => void,
): Promise<number> {
  const { diffId, blobDigest } = layer.description;
  const content = new Verifier(`Layer ${diffId}`, diffId);
  // A blob of the same digest is plain and its own content: hashing it once is enough.
  const blob =
    blobDigest === undefined || blobDigest === diffId
      ? undefined
      : new Verifier(`The blob of layer ${diffId}`, blobDigest);
  const stored = new CountedInput(layer.open(), blob);
  try {
    await decompress(stored.chunks(), {
      subject: `Layer ${diffId}`,
      limits,
      maxBytes: 'layerBytesMax',
      onOutput: (chunk) => {
        content.update(chunk);
        onOutput(chunk);
      },
    });
  } catch (error) {
    if (stored.isOver) {
      // That the blob is not the right one says more than what is wrong with it.
      blob?.verify();
    }
    throw error;
  }
  blob?.verify();
  content.verify();
  return stored.bytes;
}

/** Counts and hashes the pieces of a blob on their way to the decompressor. */
class CountedInput {
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #verifier: Verifier | undefined;
  bytes = 0;
  /** Whether every piece was taken. */
  isOver = false;

  constructor(chunks: AsyncIterable<Uint8Array>, verifier: Verifier | undefined) {
    this.#chunks = chunks;
    this.#verifier = verifier;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#chunks) {
      this.bytes += chunk.length;
      this.#verifier?.update(chunk);
      yield chunk;
    }
    this.isOver = true;
  }
}

/** Hashes what passes by and holds it against the digest that it should have. */
class Verifier {
  readonly #subject: string;
  readonly #expected: Digest;
  readonly #algorithm: string;
  readonly #hash;

  constructor(subject: string, expected: Digest) {
    this.#subject = subject;
    this.#expected = expected;
    this.#algorithm = expected.startsWith('sha512:') ? 'sha512' : 'sha256';
    this.#hash = createHash(this.#algorithm);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  verify(): void {
    const actual = `${this.#algorithm}:${this.#hash.digest('hex')}`;
    if (actual !== this.#expected) {
      throw new UserError(
        'E_DIGEST_MISMATCH',
        `${this.#subject} should have the digest ${this.#expected}, its content has ${actual}.`,
        { hint: 'The image was damaged or changed after it was made; fetch or build it anew.' },
      );
    }
  }
}
