import type { Digest } from '../core/digest.ts';

/** One text for a path in a layer, for maps. Paths hold no NUL. */
export function coordinateOf(path: string, layer: Digest | undefined): string {
  return `${path}\0${layer ?? ''}`;
}
