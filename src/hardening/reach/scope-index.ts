import type { Opacity } from '../../foundation/core/reach.ts';

/**
 * The scopes of many opaque constructs: `isInScope` of `core/reach-class` for any of them, at the
 * cost of a few look-ups per path.
 */
export class ScopeIndex {
  readonly #findOwner: (path: string) => string | undefined;
  #isAll = false;
  readonly #folders = new Set<string>();
  /** Directories whose own files count, but not those of subdirectories. */
  readonly #commandFolders = new Set<string>();
  readonly #packages = new Set<string>();

  /** @param ownerOf returns the key of the package that installed a file */
  constructor(opacities: readonly Opacity[], findOwner: (path: string) => string | undefined) {
    this.#findOwner = findOwner;
    for (const { scope } of opacities) {
      this.#addScope(scope);
    }
  }

  #addScope(scope: Opacity['scope']): void {
    switch (scope.kind) {
      case 'all':
        this.#isAll = true;
        break;
      case 'folder':
        this.#folders.add(scope.path.replace(/\/$/, ''));
        break;
      case 'commands':
        this.#isAll ||= scope.folders === undefined;
        for (const folder of scope.folders ?? []) {
          this.#commandFolders.add(folder);
        }
        break;
      case 'package':
        if (scope.packageKey !== undefined) {
          this.#packages.add(scope.packageKey);
        }
        break;
      case 'classes':
        break;
    }
  }

  /** @param path real path */
  has(path: string): boolean {
    if (this.#isAll) {
      return true;
    }
    const inCommands =
      this.#commandFolders.size > 0 &&
      this.#commandFolders.has(path.slice(0, path.lastIndexOf('/')));
    return inCommands || this.#isInFolder(path) || this.#isInPackage(path);
  }

  #isInFolder(path: string): boolean {
    if (this.#folders.size === 0) {
      return false;
    }
    for (let end = path.length; end >= 0; end = end === 0 ? -1 : path.lastIndexOf('/', end - 1)) {
      if (this.#folders.has(path.slice(0, end))) {
        return true;
      }
    }
    return false;
  }

  #isInPackage(path: string): boolean {
    const key = this.#packages.size === 0 ? undefined : this.#findOwner(path);
    return key !== undefined && this.#packages.has(key);
  }
}
