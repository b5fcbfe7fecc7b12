import fs from 'node:fs';

/** Writes all bytes: one call may write fewer. Without a position, they follow the last ones. */
export function writeAll(handle: number, bytes: Uint8Array, position?: number): void {
  for (let at = 0; at < bytes.length; ) {
    const place = position === undefined ? null : position + at;
    at += fs.writeSync(handle, bytes, at, bytes.length - at, place);
  }
}
