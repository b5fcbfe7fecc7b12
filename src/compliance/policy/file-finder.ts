import { posix } from 'node:path';
import type { InventoryFile } from '../../foundation/core/inventory.ts';

/** As in Linux, path_resolution(7). */
const LINKS_MAX = 40;

/** Finds files of an inventory by path, through links as a process whose root is the target. */
export class FileFinder {
  readonly #files = new Map<string, InventoryFile>();

  constructor(files: readonly InventoryFile[]) {
    for (const file of files) {
      if (file.isVisible !== false) {
        this.#files.set(file.path, file);
      }
    }
  }

  /** Returns the file at a path, without following it if it is a link. */
  findEntry(path: string): InventoryFile | undefined {
    return this.#walk(path, false);
  }

  /** Returns the file that opening a path opens. */
  resolve(path: string): InventoryFile | undefined {
    return this.#walk(path, true);
  }

  #walk(path: string, isLastFollowed: boolean): InventoryFile | undefined {
    const exact = this.#files.get(path);
    if (exact !== undefined && (!isLastFollowed || exact.type !== 'symlink')) {
      return exact;
    }
    let left = path.split('/').filter(Boolean);
    let at = '';
    let links = 0;
    let file: InventoryFile | undefined;
    while (left.length > 0) {
      const [name = '', ...rest] = left;
      if (name === '..' || name === '.') {
        at = name === '.' ? at : posix.dirname(at || '/').replace(/^\/$/, '');
        left = rest;
        continue;
      }
      const next = `${at}/${name}`;
      file = this.#files.get(next);
      const isLink = file?.type === 'symlink' && (rest.length > 0 || isLastFollowed);
      if (!isLink) {
        at = next;
        left = rest;
        continue;
      }
      links += 1;
      if (links > LINKS_MAX) {
        return undefined;
      }
      const target = file?.linkTarget ?? '';
      at = target.startsWith('/') ? '' : at;
      left = [...target.split('/').filter(Boolean), ...rest];
    }
    return this.#files.get(at);
  }
}
