import { UserError } from '../../foundation/core/error.ts';
import type { CallEngine } from '../engine/engine-methods.ts';
import type { ImageView } from '../query/images.ts';
import type { Caller } from './caller.ts';

/** Reads an image in the scope of the caller: others do not exist for them. */
export async function readOwnImage(
  id: number,
  { projects }: Caller,
  call: CallEngine,
): Promise<ImageView> {
  const image = await call('readImage', id);
  if (projects === 'all' || projects.has(image.project)) {
    return image;
  }
  throw new UserError('E_IMAGE_UNKNOWN', `the store has no image ${id}`);
}
