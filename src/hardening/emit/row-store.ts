import { createHash, type Hash } from 'node:crypto';
import type { EntryReceiver, TarDetails, TarEntry } from '../../foundation/bytes/tar/tar-entry.ts';
import { assert, present } from '../../foundation/core/assert.ts';
import type { Bytes } from '../../foundation/core/bytes.ts';
import type { FileRef, FileView } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { SpillFile } from '../../foundation/core/target.ts';
import type { EmitSource } from './emit-source.ts';

/** Metadata of an entry in a layer. */
export interface StoredMetadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly details: TarDetails;
}

interface StoredContent {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Whether only the metadata of a row is needed, or its content as well. */
type Request = 'metadata' | 'content';

/**
 * Entries of the layers from a second reading: their metadata in memory, and their content in a
 * temporary file. Only requested rows are kept.
 */
export class RowStore implements Disposable {
  readonly #view: FileView;
  readonly #file: SpillFile;
  readonly #requests: Map<number, Request>[] = [];
  readonly #metadata: Map<number, StoredMetadata>[] = [];
  readonly #contents: Map<number, StoredContent>[] = [];
  #root: StoredMetadata | undefined;

  constructor({ view, spill }: Pick<EmitSource, 'view' | 'spill'>) {
    this.#view = view;
    this.#file = spill.create();
    for (const _ of view.layers) {
      this.#requests.push(new Map());
      this.#metadata.push(new Map());
      this.#contents.push(new Map());
    }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  /** Requests a row before the reading; a regular file with its content. */
  request({ layer, row }: FileRef): void {
    const type = this.#view.layers[layer]?.files.getType(row);
    this.#requests[layer]?.set(row, type === 'regular' ? 'content' : 'metadata');
  }

  /**
   * Reads all layers again, each with its requested rows. Any layer may have an entry for the root.
   *
   * @throws UserError `E_DIGEST_MISMATCH` if a layer or a file has changed
   */
  async readLayers(readLayer: EmitSource['readLayer']): Promise<void> {
    for (const [layer, requests] of this.#requests.entries()) {
      await readLayer(layer, this.#createReceiver(layer, requests));
      assert(this.#metadata[layer]?.size === requests.size, 'rows are the same in each reading');
    }
  }

  /** Metadata of the root directory; absent if no layer has an entry for it. */
  get root(): StoredMetadata | undefined {
    return this.#root;
  }

  getMetadata({ layer, row }: FileRef): StoredMetadata {
    return present(this.#metadata[layer]?.get(row), 'a requested row');
  }

  /** Returns the content of a requested file. */
  openContent({ layer, row }: FileRef): Bytes {
    const { offset, sizeBytes } = present(this.#contents[layer]?.get(row), 'a requested file');
    return {
      sizeBytes,
      read: (start, length) =>
        this.#file.read(offset + start, Math.max(0, Math.min(length, sizeBytes - start))),
    };
  }

  #createReceiver(layer: number, requests: ReadonlyMap<number, Request>): EntryReceiver {
    const { files } = present(this.#view.layers[layer], 'a layer of the view');
    let current: { readonly row: number; readonly hash: Hash; readonly offset: number } | undefined;
    return {
      onRow: (row, entry, { path }) => {
        const request = requests.get(row);
        if (request === undefined) {
          return;
        }
        if (path !== files.getPath(row) || entry.type !== files.getType(row)) {
          throw createChangeError(files.getPath(row));
        }
        this.#metadata[layer]?.set(row, toMetadata(entry));
        if (request === 'content') {
          current = { row, hash: createHash('sha256'), offset: this.#file.sizeBytes };
        }
      },
      onContent: (piece) => {
        if (current !== undefined) {
          current.hash.update(piece);
          this.#file.append(piece);
        }
      },
      onContentEnd: () => {
        if (current === undefined) {
          return;
        }
        const { row, hash, offset } = current;
        current = undefined;
        if (hash.digest('hex') !== files.getSha256(row)) {
          throw createChangeError(files.getPath(row));
        }
        this.#contents[layer]?.set(row, { offset, sizeBytes: this.#file.sizeBytes - offset });
      },
      onRoot: (entry) => {
        this.#root = toMetadata(entry);
      },
    };
  }
}

function toMetadata({ mode, uid, gid, details }: TarEntry): StoredMetadata {
  assert(details !== undefined, 'an entry with details');
  return { mode, uid, gid, details };
}

function createChangeError(path: string): UserError {
  return new UserError('E_DIGEST_MISMATCH', `"${path}" changed between two readings of the image`, {
    hint: 'run the command again when nothing writes to the image',
  });
}
