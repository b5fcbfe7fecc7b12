import { assert, present } from '../core/assert.ts';
import type { FileRef, ViewLayer } from '../core/cataloger.ts';
import type { FileType } from '../core/file-table.ts';

/**
 * Numbers the rows of all layers in one go, so that a view needs one small integer a path
 * and not one object.
 */
export class LayerStack {
  readonly layers: readonly ViewLayer[];
  /** Rows of all layers together. */
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

  numberOf(layer: number, row: number): number {
    return present(this.#firstNumbers[layer], 'a layer of this view') + row;
  }

  refOf(number: number): FileRef {
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
    assert(row >= 0 && row < this.layer(low).files.length, 'a number given out by this stack');
    return { layer: low, row };
  }

  layer(layer: number): ViewLayer {
    return present(this.layers[layer], 'a layer of this view');
  }

  typeOf(number: number): FileType {
    const { layer, row } = this.refOf(number);
    return this.layer(layer).files.getType(row);
  }
}
