import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { detectCompression } from '../../bytes/compression/detect-compression.ts';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { BlobLayer, ImageDescription, OpenTarget } from '../../core/target.ts';
import { processConfig } from '../../reach/process-config.ts';
import { createSpill } from '../../read/spill.ts';
import { openTarget } from '../../source/open-target.ts';
import { sources } from '../../source/registry.generated.ts';
import type { TrialImage, TrialLayer } from '../../trial/trial-image.ts';
import type { Context } from '../command.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { createNetworkOptions } from '../request.ts';

/** An open image that can be run. */
export interface OpenTrialImage extends AsyncDisposable {
  readonly image: TrialImage;
  readonly description: ImageDescription;
}

/**
 * Opens an image to run it in a trial.
 *
 * @throws UserError `E_USAGE` if the target is not an image
 */
export async function openTrialImage(
  userInput: string,
  context: Context,
  limits: Limits,
): Promise<OpenTrialImage> {
  const { resources, progress, resolved } = context;
  const spill = createSpill({ folder: () => createTemporaryDirectory(resources), limits });
  const target = await openTarget(userInput, sources, {
    ...defined({ platform: resolved.values.platform }),
    network: createNetworkOptions(resolved.values),
    isAttachedSbom: false,
    limits,
    spill,
    progress,
  });
  const close = async (): Promise<void> => {
    await target.close();
    spill[Symbol.dispose]();
  };
  const description = findImage(target);
  if (description === undefined || target.document !== undefined) {
    await close();
    throw new UserError('E_USAGE', `"${userInput}" is not an image, so it cannot be run`, {
      hint: 'name an image archive, an OCI layout or an image in a registry',
    });
  }
  const layers = target.layers.filter((layer) => layer.kind === 'blob');
  return {
    description,
    image: {
      name: userInput,
      process: processConfig(description),
      layers: layers.map((layer) => createTrialLayer(layer, limits)),
    },
    [Symbol.asyncDispose]: close,
  };
}

function findImage({ document, ...target }: OpenTarget): ImageDescription | undefined {
  const description =
    document === undefined && 'description' in target ? target.description : undefined;
  return description?.kind === 'image' ? description : undefined;
}

function createTrialLayer(layer: BlobLayer, limits: Limits): TrialLayer {
  return { open: () => expandLayer(layer, limits) };
}

/** Yields the tar stream of a layer, and fails at its end if the digest is wrong. */
async function* expandLayer(layer: BlobLayer, limits: Limits): AsyncGenerator<Uint8Array> {
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
      yield* Readable.from(all).pipe(zlib.createGunzip());
      break;
    case 'zstd':
      yield* Readable.from(all).pipe(zlib.createZstdDecompress());
      break;
    default:
      throw new UserError(
        'E_IMAGE_INVALID',
        `unsupported compression of layer ${layer.description.diffId}: ${compression}`,
      );
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
