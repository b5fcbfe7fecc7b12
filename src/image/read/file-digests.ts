import { hash } from 'node:crypto';
import type { FileTable, OtherDigestAlgorithm } from '../../foundation/core/file-table.ts';
import type { FileDigester, PiecePlace } from './digest-thread.ts';
import { RunningDigests } from './running-digests.ts';

export interface DigestOptions {
  /** Digests to compute in addition to SHA-256 and SHA-1. */
  readonly otherDigests?: readonly OtherDigestAlgorithm[];
  /** Computes SHA-256 and SHA-1 of files elsewhere; if absent, they are computed here. */
  readonly digester?: FileDigester;
}

/** A file whose content is digested, and whether its pieces are windows for the digester. */
export interface DigestedFile {
  readonly row: number;
  readonly isWindow: boolean;
}

const WHOLE = { isFirst: true, isLast: true };
const NOTHING = new Uint8Array(0);
const EMPTY_SHA256 = hash('sha256', NOTHING, 'latin1');
const EMPTY_SHA1 = hash('sha1', NOTHING, 'latin1');

/** Computes the digests of the files of one layer, one file after the other. */
export class FileDigests {
  readonly #files: FileTable;
  readonly #digester: FileDigester | undefined;
  readonly #others: readonly OtherDigestAlgorithm[];
  /** Digests of the current file, if it comes in pieces. */
  #running: RunningDigests | undefined;
  /** A row with the digests of empty content, which many files have. */
  #emptyRow: number | undefined;

  constructor(files: FileTable, { digester, otherDigests = [] }: DigestOptions) {
    this.#files = files;
    this.#digester = digester;
    this.#others = otherDigests;
    digester?.begin((row, sha256, sha1) => files.setDigests(row, sha256, sha1));
  }

  addEmpty(row: number): void {
    if (this.#emptyRow === undefined) {
      this.#emptyRow = row;
      this.#files.setDigests(row, EMPTY_SHA256, EMPTY_SHA1);
    } else {
      this.#files.shareDigests(row, this.#emptyRow);
    }
    this.#addOthers(row, NOTHING);
  }

  addWhole({ row, isWindow }: DigestedFile, content: Uint8Array): void {
    if (isWindow && this.#digester !== undefined) {
      this.#digester.add(row, content, WHOLE);
    } else {
      const sha256 = hash('sha256', content, 'latin1');
      this.#files.setDigests(row, sha256, hash('sha1', content, 'latin1'));
    }
    this.#addOthers(row, content);
  }

  addPart({ row, isWindow }: DigestedFile, content: Uint8Array, place: PiecePlace): void {
    const digester = isWindow ? this.#digester : undefined;
    this.#running ??= new RunningDigests({
      otherDigests: this.#others,
      areOthersOnly: digester !== undefined,
    });
    this.#running.update(content);
    digester?.add(row, content, place);
  }

  /** Ends the current file; if it is complete, its digests are stored. */
  endFile(row: number, isComplete: boolean): void {
    if (isComplete) {
      this.#running?.storeDigests(this.#files, row);
    }
    this.#running = undefined;
  }

  #addOthers(row: number, content: Uint8Array): void {
    if (this.#others.length > 0) {
      const digests = this.#others.map((name) => [name, hash(name, content, 'hex')] as const);
      this.#files.setOtherDigests(row, Object.fromEntries(digests));
    }
  }
}
