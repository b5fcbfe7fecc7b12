import type { FileRef, FileView } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { FileType } from '../../foundation/core/file-table.ts';
import { joinPath } from '../../image/view/path.ts';
import type { EmitSource } from './emit-source.ts';

/** The files that stay, by their real paths. */
export class KeptPaths {
  readonly #view: FileView;
  readonly #refs = new Map<string, FileRef>();

  /**
   * @throws UserError `E_DIGEST_MISMATCH` if the plan lists a file that the image does not have
   *   like that
   */
  constructor({ view, plan }: Pick<EmitSource, 'view' | 'plan'>) {
    this.#view = view;
    for (const { path, type, sha256 } of plan.kept) {
      const ref = view.find(path);
      // An inventory describes each name of a file with several names by its content.
      if (ref === undefined || !isSameContent(view, ref, { type, sha256 })) {
        throw new UserError(
          'E_DIGEST_MISMATCH',
          `"${path}" is not in the image as it was when the plan was made`,
          { hint: 'run the command again; the image has changed' },
        );
      }
      this.#refs.set(path, ref);
    }
  }

  [Symbol.iterator](): Iterator<readonly [path: string, ref: FileRef]> {
    return this.#refs[Symbol.iterator]();
  }

  /** Returns the entry of a file that stays. */
  findEntry(path: string): FileRef | undefined {
    return this.#refs.get(path);
  }

  /**
   * Returns the entry of a file that stays, by its path in a record. The directory may lead through
   * links, as on systems whose `/lib` is a link to `/usr/lib`.
   */
  findRecorded(path: string): FileRef | undefined {
    const cut = path.lastIndexOf('/');
    const folder = this.#view.findRealFolder(path.slice(0, cut) || '/');
    return folder === undefined ? undefined : this.findEntry(joinPath(folder, path.slice(cut + 1)));
  }

  /** Keeps a file that identifies something, with the links that lead to it from another path. */
  addRecord(path: string, accessPath: string): void {
    const ref = this.#view.find(path);
    if (ref !== undefined && getFileType(this.#view, ref) !== 'directory') {
      this.#refs.set(path, ref);
    }
    this.addLinks(accessPath);
  }

  /** Keeps the links that opening a path passes through. */
  addLinks(accessPath: string): void {
    for (let at = accessPath.indexOf('/', 1); at > 0; at = accessPath.indexOf('/', at + 1)) {
      this.#addLink(accessPath.slice(0, at));
    }
    this.#addLink(accessPath);
  }

  /** Links that are found through another link are not followed: these are rare. */
  #addLink(path: string): void {
    const ref = this.#view.find(path);
    if (ref !== undefined && getFileType(this.#view, ref) === 'symlink') {
      this.#refs.set(path, ref);
    }
  }
}

function isSameContent(
  view: FileView,
  ref: FileRef,
  { type, sha256 }: { readonly type: FileType; readonly sha256: string | undefined },
): boolean {
  const { layer, row } = view.resolveHardLink(ref);
  const files = view.layers[layer]?.files;
  return files?.getType(row) === type && files.getSha256(row) === sha256;
}

export function getFileType(view: FileView, { layer, row }: FileRef): FileType {
  return view.layers[layer]?.files.getType(row) ?? 'other';
}
