import { createHash, type Hash } from 'node:crypto';
import { decompress } from '../../foundation/bytes/compression/decompress.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { BlobLayer } from '../../foundation/core/target.ts';

/** Computes the digests of a layer elsewhere, both SHA-256. */
export interface LayerDigester {
  /** Receives every piece of the blob as it is stored; the content comes by `onOutput`. */
  addBlob(chunk: Uint8Array): void;
  /** Returns the digests of all content so far, in hexadecimal digits. */
  finish(): { readonly content: string; readonly blob: string };
}

/**
 * Passes on the content of a layer piece by piece, decompressed, and checks blob and content
 * against their digests at the end.
 *
 * @param digester computes the digests; if absent, they are computed here.
 * @returns the size of the blob in bytes.
 * @throws UserError `E_DIGEST_MISMATCH` if the layer does not match its digests, and the errors of
 *   {@link decompress}.
 */
export async function readVerified(
  layer: BlobLayer,
  limits: Limits,
  onOutput: (chunk: Uint8Array) => void,
  digester?: LayerDigester,
): Promise<number> {
  const { diffId, blobDigest } = layer.description;
  const content = new Verifier(`layer ${diffId}`, diffId);
  // A blob with the same digest is uncompressed and its own content: hashing it once is enough.
  const blob =
    blobDigest === undefined || blobDigest === diffId
      ? undefined
      : new Verifier(`the blob of layer ${diffId}`, blobDigest);
  const takeBlob = digester === undefined ? blob : { update: digester.addBlob.bind(digester) };
  const stored = new CountedInput(layer.open(), blob === undefined ? undefined : takeBlob);
  try {
    await decompress(stored.readChunks(), {
      subject: `layer ${diffId}`,
      limits,
      maxBytes: 'layerBytesMax',
      isInputOwned: true,
      isContentVerified: true,
      onOutput: (chunk) => {
        if (digester === undefined) {
          content.update(chunk);
        }
        onOutput(chunk);
      },
    });
  } catch (error) {
    if (stored.isOver) {
      // A wrong blob is a more useful report than the damage in it.
      blob?.verify(digester?.finish().blob);
    }
    throw error;
  }
  const digests = digester?.finish();
  blob?.verify(digests?.blob);
  content.verify(digests?.content);
  return stored.bytes;
}

/** Counts and hashes the pieces of a blob on their way to the decompressor. */
class CountedInput {
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #verifier: Pick<Verifier, 'update'> | undefined;
  bytes = 0;
  /** Whether every piece was read. */
  isOver = false;

  constructor(chunks: AsyncIterable<Uint8Array>, verifier: Pick<Verifier, 'update'> | undefined) {
    this.#chunks = chunks;
    this.#verifier = verifier;
  }

  async *readChunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#chunks) {
      this.bytes += chunk.length;
      this.#verifier?.update(chunk);
      yield chunk;
    }
    this.isOver = true;
  }
}

/** Hashes pieces and checks the result against the expected digest. */
class Verifier {
  readonly #subject: string;
  readonly #expected: Digest;
  readonly #algorithm: string;
  #hash: Hash | undefined;

  constructor(subject: string, expected: Digest) {
    this.#subject = subject;
    this.#expected = expected;
    this.#algorithm = expected.startsWith('sha512:') ? 'sha512' : 'sha256';
  }

  update(chunk: Uint8Array): void {
    this.#hash ??= createHash(this.#algorithm);
    this.#hash.update(chunk);
  }

  /** @param taken the digest in hexadecimal digits if it was computed elsewhere */
  verify(taken?: string): void {
    const own = (): string => (this.#hash ?? createHash(this.#algorithm)).digest('hex');
    const actual = `${this.#algorithm}:${taken ?? own()}`;
    if (actual !== this.#expected) {
      throw new UserError(
        'E_DIGEST_MISMATCH',
        `digest mismatch: ${this.#subject} should have ${this.#expected}, but its content has ${actual}`,
        { hint: 'fetch or build the image again; it was damaged or changed after it was built' },
      );
    }
  }
}
