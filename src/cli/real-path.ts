import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/** Returns the path without links; for a file that does not exist, its absolute path. */
export function toRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
