import fs from 'node:fs';

/** Flushes a file, or the entries of a directory, to disk. */
export function syncPath(target: string): void {
  const file = fs.openSync(target, 'r');
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}
