import type { SurfaceId } from '../core/surface.ts';

/**
 * What half of the surface in each dimension is: the median over the images of
 * `docs/surface.md`, at least 1.
 */
export const SURFACE_CONSTANTS: Readonly<Partial<Record<SurfaceId, number>>> = {};
