import { createHash, type Hash } from 'node:crypto';
import type { FileTable, OtherDigestAlgorithm } from '../../foundation/core/file-table.ts';

export interface DigestChoice {
  readonly otherDigests: readonly OtherDigestAlgorithm[];
  /** Whether SHA-256 and SHA-1 are computed elsewhere. */
  readonly areOthersOnly?: boolean;
}

/** Digests of one file whose content comes in pieces. */
export class RunningDigests {
  readonly #sha256: Hash | undefined;
  readonly #sha1: Hash | undefined;
  readonly #others: readonly (readonly [OtherDigestAlgorithm, Hash])[];

  constructor({ otherDigests, areOthersOnly = false }: DigestChoice) {
    this.#sha256 = areOthersOnly ? undefined : createHash('sha256');
    this.#sha1 = areOthersOnly ? undefined : createHash('sha1');
    this.#others = otherDigests.map((algorithm) => [algorithm, createHash(algorithm)]);
  }

  update(piece: Uint8Array): void {
    this.#sha256?.update(piece);
    this.#sha1?.update(piece);
    for (const [, other] of this.#others) {
      other.update(piece);
    }
  }

  /** Stores the digests in the row of the file; must be called once, after the last piece. */
  storeDigests(files: FileTable, row: number): void {
    if (this.#sha256 !== undefined && this.#sha1 !== undefined) {
      files.setDigests(row, this.#sha256.digest('latin1'), this.#sha1.digest('latin1'));
    }
    if (this.#others.length > 0) {
      const digests = this.#others.map(([name, hash]) => [name, hash.digest('hex')] as const);
      files.setOtherDigests(row, Object.fromEntries(digests));
    }
  }
}
