import { Budget } from '../core/budget.ts';
import { type Bytes, toBytes } from '../core/bytes.ts';
import type { Want } from '../core/cataloger.ts';
import { type DeferredWindows, type FactSource, getFact } from '../core/deferred-fact.ts';
import type { FileEntry } from '../core/file-table.ts';
import type { Limits } from '../core/limits.ts';
import type { Wanting } from './dispatch.ts';

/** A file whose extractors are called when somebody looks at what they say. */
export class LaterFile implements FactSource {
  readonly #wanting: readonly Wanting[];
  readonly #path: string;
  readonly #sizeBytes: number;
  readonly #mode: number;
  readonly #limits: Limits;
  readonly #content: DeferredWindows;

  /** @param content one window, of as much as the one of them needs who wants most */
  constructor(
    wanting: readonly Wanting[],
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
    const content = headOf(toBytes(kept), handedBytes(found.want, sizeBytes, limits));
    const path = this.#path;
    const mode = this.#mode;
    // Its content was paid for when it was read, and what is made now must not depend on when.
    const budget = new Budget(limits, id);
    return getFact(
      found.extractor.extract({ path, role, sizeBytes, mode, content, limits, budget }),
    );
  }
}

const NOTHING = new Uint8Array(0);

/** How much of a file of that size a want asks for. */
export function handedBytes(
  { isHeadOnly, maxBytes }: Want,
  sizeBytes: number,
  limits: Limits,
): number {
  return isHeadOnly === true ? Math.min(sizeBytes, limits[maxBytes]) : sizeBytes;
}

/** No more than the first bytes of a content. */
export function headOf(content: Bytes, sizeBytes: number): Bytes {
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
