import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { joinLinkTarget } from '../../foundation/core/link-target.ts';
import type { PlannedFile } from './removal-plan.ts';

const LINKS_MAX = 40;

/** The visible files of an image by real path, and the links among them. */
export class ImageFiles {
  readonly #byPath: ReadonlyMap<string, InventoryFile>;
  readonly #realFolders = new Map<string, string>([['/', '/']]);

  /** @param files every file of the image */
  constructor(files: readonly InventoryFile[]) {
    const visible = files.filter(({ isVisible = true }) => isVisible);
    this.#byPath = new Map(visible.map((file) => [file.path, file]));
  }

  findFile(path: string): InventoryFile | undefined {
    return this.#byPath.get(path);
  }

  /** Returns everything except directories, in the order of the inventory. */
  listFiles(): readonly InventoryFile[] {
    return [...this.#byPath.values()].filter(({ type }) => type !== 'directory');
  }

  /**
   * Resolves the links in the directories of a path, not the file itself; a record may name
   * `/lib/x` for `/usr/lib/x`.
   */
  toRealPath(path: string): string {
    const end = path.lastIndexOf('/');
    const folder = end <= 0 ? '/' : path.slice(0, end);
    const real = this.#findRealFolder(folder, 0);
    return `${real === '/' ? '' : real}/${path.slice(end + 1)}`;
  }

  /** Resolves all links of a path; returns the last one if it is dangling or circular. */
  resolve(path: string): string {
    let at = this.toRealPath(path);
    for (let links = 0; links < LINKS_MAX; links += 1) {
      const target = this.#findLinkTarget(at);
      if (target === undefined) {
        return at;
      }
      at = this.toRealPath(joinLinkTarget(at, target));
    }
    return at;
  }

  #findLinkTarget(path: string): string | undefined {
    const file = this.#byPath.get(path);
    return file?.type === 'symlink' ? file.linkTarget : undefined;
  }

  #findRealFolder(folder: string, depth: number): string {
    const known = this.#realFolders.get(folder);
    if (known !== undefined || depth > LINKS_MAX) {
      return known ?? folder;
    }
    const end = folder.lastIndexOf('/');
    const parent = this.#findRealFolder(end <= 0 ? '/' : folder.slice(0, end), depth + 1);
    const path = `${parent === '/' ? '' : parent}/${folder.slice(end + 1)}`;
    const target = this.#findLinkTarget(path);
    const real =
      target === undefined ? path : this.#findRealFolder(joinLinkTarget(path, target), depth + 1);
    this.#realFolders.set(folder, real);
    return real;
  }
}

/** Describes a file for a plan; a hard link has the size and digest of its other name. */
export function describeFile(file: InventoryFile, files: ImageFiles): PlannedFile {
  const { path, type, linkTarget } = file;
  const content = type === 'hardlink' ? (files.findFile(linkTarget ?? '') ?? file) : file;
  const { sizeBytes, sha256 = file.sha256 } = content;
  const isContent = type === 'regular' || type === 'hardlink';
  return {
    path,
    type,
    sizeBytes: isContent ? sizeBytes : 0,
    ...(isContent && sha256 !== undefined ? { sha256 } : {}),
    ...(linkTarget === undefined ? {} : { linkTarget }),
  };
}
