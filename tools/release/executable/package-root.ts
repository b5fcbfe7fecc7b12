import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getAsset, getAssetKeys } from 'node:sea';

/** Assets with this prefix are files of the package. */
const PREFIX = 'package/';

let root: string | undefined;

/**
 * Replaces `src/cli/package-root.ts` in the executable: writes the files of the package to a
 * private directory, which is removed at the end of the process.
 */
export function findPackageRoot(): string {
  root ??= unpack();
  return root;
}

function unpack(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-package-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const key of getAssetKeys().filter((name) => name.startsWith(PREFIX))) {
    const path = join(folder, key.slice(PREFIX.length));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, new Uint8Array(getAsset(key)));
  }
  return folder;
}
