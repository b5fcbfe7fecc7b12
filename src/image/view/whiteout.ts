import { getBaseName } from '../../foundation/core/base-name.ts';
import { getParentPath, joinPath } from './path.ts';

export const WHITEOUT_PREFIX = '.wh.';
export const OPAQUE_MARKER = '.wh..wh..opq';

/** The entries of lower layers that a marker hides. */
export interface Marker {
  /** Hidden with everything below; for an opaque marker, only what is below. */
  readonly path: string;
  readonly isOpaque: boolean;
}

/**
 * Returns what the entry of this path hides; `undefined` if it is not a marker. OCI image
 * specification, layer.md, "Whiteouts" and "Opaque Whiteout".
 */
export function parseMarker(path: string): Marker | undefined {
  const nameAt = path.lastIndexOf('/') + 1;
  if (!path.startsWith(WHITEOUT_PREFIX, nameAt)) {
    return undefined;
  }
  const name = getBaseName(path);
  return name === OPAQUE_MARKER
    ? { path: getParentPath(path), isOpaque: true }
    : { path: joinPath(getParentPath(path), name.slice(WHITEOUT_PREFIX.length)), isOpaque: false };
}
