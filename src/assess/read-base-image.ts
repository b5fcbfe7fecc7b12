import { defined } from '../core/defined.ts';
import { UserError } from '../core/error.ts';
import { readImageConfig } from '../core/image-config.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import type { BaseImage } from '../policy/base-image.ts';
import { createSpill } from '../read/spill.ts';
import { openTarget } from '../source/open-target.ts';
import { sources } from '../source/registry.generated.ts';
import type { Ports } from './ports.ts';
import type { ReadingRequest } from './request.ts';

/**
 * Reads the identity of a base image: its manifest and configuration, not its layers.
 *
 * @throws UserError if it cannot be opened, or is not an image
 */
export async function readBaseImage(
  target: string,
  { platform, limits = DEFAULT_LIMITS }: ReadingRequest,
  { network, progress, temporaryFolder }: Ports,
): Promise<BaseImage> {
  using spill = createSpill({ folder: temporaryFolder, limits });
  const opened = await openTarget(target, sources, {
    ...defined({ platform }),
    network,
    progress,
    limits,
    spill,
  });
  try {
    const { description } = opened;
    if (description.kind !== 'image') {
      throw new UserError('E_USAGE', `the base "${target}" is not an image`, {
        hint: 'name an image, for example: --base debian@sha256:…',
      });
    }
    const { history } = readImageConfig(description.config);
    return {
      name: description.name,
      names: [...description.tags, ...description.repoDigests, target],
      digest: description.manifestDigest,
      layers: description.layers.map(({ diffId }) => diffId),
      instructions: history.map((entry) => String(entry['created_by'] ?? '')),
    };
  } finally {
    await opened.close();
  }
}
