import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { ImageDescription, OpenTarget } from '../../foundation/core/target.ts';
import { processConfig } from '../../hardening/reach/process-config.ts';
import type { TrialImage } from '../../hardening/trial/trial-image.ts';
import { createSpill } from '../../image/read/spill.ts';
import { openTarget } from '../../image/source/open-target.ts';
import { sources } from '../../image/source/registry.generated.ts';
import type { Context } from '../command.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { createNetworkOptions } from '../request.ts';
import { expandLayer } from './expand-layer.ts';

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
export async function openTrialImage(userInput: string, context: Context): Promise<OpenTrialImage> {
  const { resources, progress, resolved } = context;
  const { limits } = resolved.values;
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
      layers: layers.map((layer) => ({ open: () => expandLayer(layer, limits) })),
    },
    [Symbol.asyncDispose]: close,
  };
}

function findImage({ document, ...target }: OpenTarget): ImageDescription | undefined {
  const description =
    document === undefined && 'description' in target ? target.description : undefined;
  return description?.kind === 'image' ? description : undefined;
}
