import { joinPath, nameOf, parentOf } from './path.ts';

export const WHITEOUT_PREFIX = '.wh.';
export const OPAQUE_MARKER = '.wh..wh..opq';

/** What a marker in a layer hides of lower layers. */
export interface Marker {
  /** Hidden itself with all that is below, or for an opaque marker only what is below. */
  readonly path: string;
  readonly isOpaque: boolean;
}

/**
 * What the entry of this path hides; `undefined` where it is no marker. OCI image specification,
 * layer.md, "Whiteouts" and "Opaque Whiteout".
 */
export function hiddenByMarker(path: string): Marker | undefined {
  const nameAt = path.lastIndexOf('/') + 1;
  if (!path.startsWith(WHITEOUT_PREFIX, nameAt)) {
    return undefined;
  }
  const name = nameOf(path);
  return name === OPAQUE_MARKER
    ? { path: parentOf(path), isOpaque: true }
    : { path: joinPath(parentOf(path), name.slice(WHITEOUT_PREFIX.length)), isOpaque: false };
}
