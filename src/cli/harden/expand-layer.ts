import { createHash } from 'node:crypto';
import { pipeline, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { detectCompression } from '../../foundation/bytes/compression/detect-compression.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { BlobLayer } from '../../foundation/core/target.ts';

/**
 * Yields the tar stream of a layer.
 *
 * @throws UserError `E_IMAGE_INVALID` if it cannot be decompressed, `E_LIMIT` beyond
 *   `layerBytesMax`, at the end `E_DIGEST_MISMATCH`, and the errors of the layer itself
 */
export async function* expandLayer(
  layer: BlobLayer,
  limits: Pick<Limits, 'layerBytesMax'>,
): AsyncGenerator<Uint8Array> {
  const { diffId } = layer.description;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of expandStream(layer)) {
    sizeBytes += piece.length;
    if (sizeBytes > limits.layerBytesMax) {
      throw new UserError('E_LIMIT', `layer ${diffId} exceeds the limit layerBytesMax`);
    }
    hash.update(piece);
    yield piece;
  }
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== diffId) {
    throw new UserError('E_DIGEST_MISMATCH', `layer ${diffId} has the digest ${digest}`);
  }
}

async function* expandStream(layer: BlobLayer): AsyncGenerator<Uint8Array> {
  const chunks = layer.open()[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) {
    return;
  }
  const all = joinChunks(first.value, chunks);
  const compression = detectCompression(first.value);
  switch (compression) {
    case 'none':
      yield* all;
      break;
    case 'gzip':
      yield* expandPieces(all, zlib.createGunzip(), layer);
      break;
    case 'zstd':
      yield* expandPieces(all, zlib.createZstdDecompress(), layer);
      break;
    default:
      throw new UserError(
        'E_IMAGE_INVALID',
        `unsupported compression of layer ${layer.description.diffId}: ${compression}`,
      );
  }
}

/** Unlike `pipe`, a pipeline passes on an error of its source. */
async function* expandPieces(
  pieces: AsyncIterable<Uint8Array>,
  expansion: Transform,
  { description }: BlobLayer,
): AsyncGenerator<Uint8Array> {
  try {
    // The error also ends the reading below.
    pipeline(Readable.from(pieces), expansion, () => undefined);
    yield* expansion;
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError('E_IMAGE_INVALID', `could not decompress layer ${description.diffId}`, {
          hint: 'fetch or build the image again; the content is damaged or truncated',
          cause: error,
        });
  }
}

async function* joinChunks(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    yield next.value;
  }
}
