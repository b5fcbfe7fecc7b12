import { assert, present } from '../../foundation/core/assert.ts';
import type { FileRef, ViewLayer } from '../../foundation/core/cataloger.ts';

/**
 * Numbers the rows of all layers consecutively, so that a view needs one small integer per path
 * instead of an object.
 */
export class LayerStack {
  readonly layers: readonly ViewLayer[];
  /** Number of rows of all layers. */
  readonly size: number;
  readonly #firstNumbers: readonly number[];

  constructor(layers: readonly ViewLayer[]) {
    const firstNumbers: number[] = [];
    let next = 0;
    for (const layer of layers) {
      firstNumbers.push(next);
      next += layer.files.length;
    }
    this.layers = layers;
    this.size = next;
    this.#firstNumbers = firstNumbers;
  }

  getNumber(layer: number, row: number): number {
    return present(this.#firstNumbers[layer], 'a layer of this view') + row;
  }

  toFileRef(number: number): FileRef {
    let low = 0;
    let high = this.#firstNumbers.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#firstNumbers[middle] ?? 0) <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const row = number - (this.#firstNumbers[low] ?? 0);
    assert(row >= 0 && row < this.getLayer(low).files.length, 'a number given out by this stack');
    return { layer: low, row };
  }

  getLayer(layer: number): ViewLayer {
    return present(this.layers[layer], 'a layer of this view');
  }

  getPath(number: number): string {
    const { layer, row } = this.toFileRef(number);
    return this.getLayer(layer).files.getPath(row);
  }
}
