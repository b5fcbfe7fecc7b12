import { Budget } from '../../foundation/core/budget.ts';
import { type Bytes, toBytes } from '../../foundation/core/bytes.ts';
import type { Want } from '../../foundation/core/cataloger.ts';
import {
  type DeferredWindows,
  type FactSource,
  getFact,
} from '../../foundation/core/deferred-fact.ts';
import type { FileEntry } from '../../foundation/core/file-table.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { MatchedWant } from './dispatch.ts';

/** A file whose extractors are called when their facts are first read. */
export class LazyFile implements FactSource {
  readonly #wanting: readonly MatchedWant[];
  readonly #path: string;
  readonly #sizeBytes: number;
  readonly #mode: number;
  readonly #limits: Limits;
  readonly #content: DeferredWindows;

  /** @param content one window, as long as the largest request of the extractors */
  constructor(
    wanting: readonly MatchedWant[],
    { path, sizeBytes, mode }: FileEntry,
    limits: Limits,
    content: DeferredWindows,
  ) {
    this.#wanting = wanting;
    this.#path = path;
    this.#sizeBytes = sizeBytes;
    this.#mode = mode;
    this.#limits = limits;
    this.#content = content;
  }

  make(id: string, role: string): unknown {
    const found = this.#wanting.find(
      ({ extractor, want }) => extractor.id === id && want.role === role,
    );
    if (found === undefined) {
      return undefined;
    }
    const limits = this.#limits;
    const sizeBytes = this.#sizeBytes;
    const [kept = NOTHING] = this.#content.read();
    const content = limitContent(toBytes(kept), computeReadBytes(found.want, sizeBytes, limits));
    const path = this.#path;
    const mode = this.#mode;
    // Its content was counted when it was read, and the result must not depend on the time of
    // extraction.
    const budget = new Budget(limits, id);
    return getFact(
      found.extractor.extract({ path, role, sizeBytes, mode, content, limits, budget }),
    );
  }
}

const NOTHING = new Uint8Array(0);

/** Returns how many bytes of a file of that size a request receives. */
export function computeReadBytes(
  { isHeadOnly, maxBytes }: Want,
  sizeBytes: number,
  limits: Limits,
): number {
  return isHeadOnly === true ? Math.min(sizeBytes, limits[maxBytes]) : sizeBytes;
}

/** Returns the most bytes that any of the requests receives; 0 if there is no request. */
export function computeReadBytesMax(
  wanting: readonly MatchedWant[],
  sizeBytes: number,
  limits: Limits,
): number {
  return Math.max(0, ...wanting.map(({ want }) => computeReadBytes(want, sizeBytes, limits)));
}

/** Returns at most the first bytes of a content. */
export function limitContent(content: Bytes, sizeBytes: number): Bytes {
  return content.sizeBytes <= sizeBytes
    ? content
    : {
        sizeBytes,
        read: (offset, length) =>
          content.read(
            Math.min(offset, sizeBytes),
            Math.max(0, Math.min(length, sizeBytes - offset)),
          ),
      };
}
