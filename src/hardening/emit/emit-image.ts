import type { Digest } from '../../foundation/core/digest.ts';
import { SOURCE_LABEL } from '../../foundation/core/source-label.ts';
import type { EmitSource, LayerCompression, LayerForm } from './emit-source.ts';
import type { SlimFile } from './file-builder.ts';
import { RowStore } from './row-store.ts';
import { createConfig, PLAN_LABEL, readOriginalConfig } from './slim-config.ts';
import { collectSlimFiles } from './slim-files.ts';
import { splitLayers } from './split-layers.ts';
import { Stage } from './stage.ts';
import { type ImageForm, type WrittenImage, writeImage } from './write-image.ts';
import { writeLayer } from './write-layer.ts';

export interface EmitOptions {
  readonly form: ImageForm;
  /** Path of the new file or directory. */
  readonly output: string;
  readonly layers: LayerForm;
  readonly compression: LayerCompression;
  /** Whether only the owner can read the output. */
  readonly isPrivate?: boolean;
  /** Digest of the plan, for a label. */
  readonly planDigest: Digest;
  /** RFC 3339: the creation time of the image, instead of that of the original. */
  readonly created?: string;
  /** Releases the stage if the run is interrupted. */
  readonly resources: DisposableStack;
}

export interface EmittedImage extends WrittenImage {
  readonly files: number;
  /** Content of all files. */
  readonly contentBytes: number;
  /** Compressed layers. */
  readonly blobBytes: number;
}

/**
 * Writes an image that only has the files of a plan, with their metadata, and the records of the
 * packages that stay. The same image and plan always give the same bytes. The output appears at
 * once, and nothing is left behind if it cannot be written.
 *
 * @throws UserError `E_OUTPUT` if the output exists or cannot be written, `E_DIGEST_MISMATCH` if the
 *   image has changed, `E_UNSUPPORTED` if records cannot be reduced, and the errors of reading
 */
export async function emitImage(source: EmitSource, options: EmitOptions): Promise<EmittedImage> {
  const { form, output, planDigest, resources } = options;
  const stage = resources.use(new Stage(output, options.isPrivate));
  using store = new RowStore(source);
  try {
    const original = readOriginalConfig(source.image.config);
    const created = options.created ?? original.created;
    const createdSeconds = Math.max(0, Math.floor(Date.parse(created) / 1000) || 0);
    const files = await collectSlimFiles(source, {
      store,
      folders: [...original.volumes, original.workingFolder],
      scratchFile: stage.getPath('scratch'),
      createdSeconds,
    });
    const compression = form === 'docker-archive' ? 'none' : options.compression;
    const layers = [];
    for (const [number, part] of splitLayers(files, options.layers, source).entries()) {
      const name = `layer-${number}`;
      const layer = await writeLayer(stage, name, part.files, compression);
      layers.push({ ...layer, name, comment: part.comment });
    }
    const labels = {
      [SOURCE_LABEL]: source.image.manifestDigest,
      [PLAN_LABEL]: planDigest,
    };
    const config = createConfig(original, { labels, created, layers });
    const { os, architecture, variant } = source.image;
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    const written = await writeImage(form, stage, { config, layers, platform, createdSeconds });
    return { ...written, ...summarize(files), blobBytes: sum(layers.map((one) => one.sizeBytes)) };
  } finally {
    stage[Symbol.dispose]();
  }
}

function summarize(files: readonly SlimFile[]): Pick<EmittedImage, 'files' | 'contentBytes'> {
  const kept = files.filter(({ entry }) => entry.type !== 'directory');
  return { files: kept.length, contentBytes: sum(kept.map(({ entry }) => entry.sizeBytes)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
