import fs from 'node:fs';
import path from 'node:path';
import {
  detectLife,
  makeOwnedFolder,
  parseOwner,
  removeAbandonedFolders,
} from '../folder-owner.ts';

export const DOWNLOAD_PREFIX = 'download-';
/** The state of updates or an index before it replaces the file without the last part. */
const UNFINISHED_FILE = /^(?:update|signed-index)\.json\.([0-9a-f]{8}-\d{1,10})$/;

/** Creates a private directory for a download, and removes those of dead processes. */
export function createDownloadFolder(
  root: string,
  { now, resources }: { readonly now: string; readonly resources?: DisposableStack },
): Disposable & { readonly path: string } {
  removeAbandonedDownloads(root, now);
  const folder = makeOwnedFolder(root, DOWNLOAD_PREFIX);
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  resources?.defer(remove);
  return { path: folder, [Symbol.dispose]: remove };
}

/** Removes download directories and unfinished files of dead processes. `now`: RFC 3339. */
export function removeAbandonedDownloads(root: string, now: string): void {
  removeAbandonedFolders(root, DOWNLOAD_PREFIX, now);
  for (const name of fs.readdirSync(root)) {
    const owner = parseOwner(UNFINISHED_FILE.exec(name)?.[1] ?? '');
    if (owner !== undefined && detectLife(owner) === 'dead') {
      fs.rmSync(path.join(root, name), { force: true });
    }
  }
}
