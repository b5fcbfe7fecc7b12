import { toEntryPath } from '../../foundation/bytes/tar/entry-path.ts';
import type { EntryReceiver, TarEntry } from '../../foundation/bytes/tar/tar-entry.ts';
import { TarParser } from '../../foundation/bytes/tar/tar-parser.ts';
import type { FileEntry } from '../../foundation/core/file-table.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { BlobLayer } from '../../foundation/core/target.ts';
import { createTarIntake, type RowIntake } from './tar-intake.ts';
import { readVerified } from './verified-content.ts';

/**
 * Reads a layer again and passes on its entries. Rows have the same numbers as in the first
 * reading, because the digests of the layer are checked again.
 *
 * @throws UserError `E_DIGEST_MISMATCH` if the layer has changed, and the other errors of
 *   `readLayer`
 */
export async function readEntries(
  layer: BlobLayer,
  limits: Limits,
  receiver: EntryReceiver,
): Promise<void> {
  const intake = createTarIntake(new EntryIntake(receiver), limits);
  const parser = new TarParser(
    {
      ...intake,
      isDetailed: true,
      onEntry: (entry) => {
        if (entry.type === 'directory' && toEntryPath(entry.name) === '/') {
          receiver.onRoot(entry);
        }
        intake.onEntry(entry);
      },
    },
    limits,
  );
  await readVerified(layer, limits, (chunk) => parser.push(chunk));
  parser.end();
}

/** Counts rows. Problems were reported in the first reading. */
class EntryIntake implements RowIntake {
  readonly #receiver: EntryReceiver;
  #rows = 0;

  constructor(receiver: EntryReceiver) {
    this.#receiver = receiver;
  }

  /** A layer that did not fit its limits is not read again. */
  hasRoom(): boolean {
    return true;
  }

  addEntry(row: FileEntry, entry?: TarEntry): void {
    if (entry !== undefined) {
      this.#receiver.onRow(this.#rows, entry, row);
    }
    this.#rows++;
  }

  beginFile(row: FileEntry, _pieces: 'window' | 'copy', entry: TarEntry): void {
    this.#receiver.onRow(this.#rows++, entry, row);
  }

  addPiece(content: Uint8Array): void {
    this.#receiver.onContent(content);
  }

  endFile(): void {
    this.#receiver.onContentEnd();
  }

  recordProblem(): void {}
}
