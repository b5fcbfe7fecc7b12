/** With the epoch and release that schemes add: `0`, `0:0`, `0-0`, `0-r0`. */
const ZERO = /^(?:0:)?0(?:-r?0)?$/;

/**
 * Returns whether no version can be older: sources use it if there never was a vulnerability to
 * fix.
 */
export function isVersionZero(version: string): boolean {
  return ZERO.test(version.trim());
}
