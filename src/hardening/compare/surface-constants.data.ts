/* Origin: measured, see `docs/surface.md`. */

import type { SurfaceId } from '../../foundation/core/surface.ts';

/**
 * Half of the surface in each dimension: the median over the images of `docs/surface.md`, but at
 * least 1.
 */
export const SURFACE_CONSTANTS: Readonly<Partial<Record<SurfaceId, number>>> = {
  packages: 27,
  'packages-with-code': 10,
  executables: 17,
  scripts: 4,
  commands: 313,
  'reachable-executables': 2,
  shells: 2,
  'network-tools': 10,
  listeners: 3,
};
