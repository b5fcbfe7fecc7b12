import type { FileRef } from './cataloger.ts';

/** Values by layer and row of a file, without creating a combined key per look-up. */
export class FileRefMap<Value> {
  readonly #byLayer = new Map<number, Map<number, Value>>();

  /** @param placed the last entry of a file counts */
  constructor(placed: Iterable<readonly [FileRef, Value]> = []) {
    for (const [ref, value] of placed) {
      this.set(ref, value);
    }
  }

  get isEmpty(): boolean {
    return this.#byLayer.size === 0;
  }

  get({ layer, row }: FileRef): Value | undefined {
    return this.#byLayer.get(layer)?.get(row);
  }

  set({ layer, row }: FileRef, value: Value): void {
    const ofLayer = this.#byLayer.get(layer);
    if (ofLayer === undefined) {
      this.#byLayer.set(layer, new Map([[row, value]]));
    } else {
      ofLayer.set(row, value);
    }
  }
}
