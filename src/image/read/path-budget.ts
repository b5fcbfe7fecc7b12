import type { FileEntry } from '../../foundation/core/file-table.ts';
import type { LimitName, Limits } from '../../foundation/core/limits.ts';

/** Memory that a view needs for a directory, in addition to its path. */
const FOLDER_BYTES = 96;

/**
 * Adds up the cost of the paths of one layer: their length, and the directories on them, because a
 * view holds each of them.
 */
export class PathBudget {
  readonly #limits: Limits;
  readonly #folders = new Set<string>();
  #folderBytes = 0;
  #bytes = 0;
  #folder = '';

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Counted as for `folderBytesMax`. */
  get folderBytes(): number {
    return this.#folderBytes;
  }

  /** Counts a path; returns the name of the limit that it exceeds. */
  takePath({
    path,
    linkTarget = '',
  }: Pick<FileEntry, 'path' | 'linkTarget'>): LimitName | undefined {
    // A JavaScript string takes one byte per character, or two for all of them.
    this.#bytes += path.length + linkTarget.length;
    const cut = path.lastIndexOf('/');
    if (cut !== this.#folder.length || !path.startsWith(this.#folder)) {
      this.#folder = path.slice(0, cut);
      this.#addFolder();
    }
    const { pathsBytesMax, folderBytesMax } = this.#limits;
    if (this.#bytes > pathsBytesMax) {
      return 'pathsBytesMax';
    }
    return this.#folderBytes > folderBytesMax ? 'folderBytesMax' : undefined;
  }

  #addFolder(): void {
    let at = this.#folder;
    const { folderBytesMax } = this.#limits;
    while (at !== '' && !this.#folders.has(at) && this.#folderBytes <= folderBytesMax) {
      this.#folders.add(at);
      this.#folderBytes += at.length + FOLDER_BYTES;
      at = at.slice(0, at.lastIndexOf('/'));
    }
  }
}
