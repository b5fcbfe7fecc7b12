import type { FileEntry } from '../core/file-table.ts';
import type { LimitName, Limits } from '../core/limits.ts';

/** What a view takes for a folder besides its path. */
const FOLDER_BYTES = 96;

/**
 * Adds up what the paths of one layer cost: their length, and the folders that they lead through,
 * since a view knows each of them.
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

  /** As `folderBytesMax` counts them. */
  get folderBytes(): number {
    return this.#folderBytes;
  }

  /** Counts a path; the name of the limit that is passed with it. */
  take({ path, linkTarget = '' }: Pick<FileEntry, 'path' | 'linkTarget'>): LimitName | undefined {
    // A text of JavaScript takes one byte for each character, or two for all of them.
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
