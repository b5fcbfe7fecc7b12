/** With the epoch and the release that schemes put around it: `0`, `0:0`, `0-0`, `0-r0`. */
const ZERO = /^(?:0:)?0(?:-r?0)?$/;

/** Whether no version is older: sources write it where there never was anything to fix. */
export function isVersionZero(version: string): boolean {
  return ZERO.test(version.trim());
}
