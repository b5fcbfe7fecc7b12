import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DocumentFiles } from './document-files.ts';
import { explainFullDisk } from './full-disk.ts';

/** Keeps documents in a directory. */
export function openDocumentFolder(root: string): DocumentFiles {
  return {
    async read(name) {
      const path = join(root, name);
      return existsSync(path) ? readFileSync(path) : undefined;
    },
    async write(name, content) {
      const path = join(root, name);
      const fresh = `${path}.${process.pid}`;
      try {
        createParent(path);
        writeFileSync(fresh, content, { mode: 0o600, flush: true });
        renameSync(fresh, path);
      } catch (error) {
        rmSync(fresh, { force: true });
        throw explainFullDisk(error);
      }
    },
    // Documents never change, so a link is enough on the same file system.
    link(name, folder) {
      const target = join(folder, name);
      try {
        createParent(target);
        linkSync(join(root, name), target);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function createParent(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
}
