import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';

/** A file in Syft's terms: path and layer. */
export interface Coordinates {
  readonly path: string;
  readonly layer?: string | undefined;
}

export type CompareCoordinates = (left: Coordinates, right: Coordinates) => number;

/** Orders by layer, lowest first and unknown ones last, then by path. */
export function createCoordinateOrder(inventory: Inventory): CompareCoordinates {
  const layers = inventory.target.kind === 'image' ? inventory.target.layers : [];
  const numbers = new Map(layers.map((layer, number) => [layer.diffId, number]));
  const getNumber = (layer: string | undefined): number =>
    numbers.get(layer ?? '') ?? Number.MAX_SAFE_INTEGER;
  return (left, right) =>
    getNumber(left.layer) - getNumber(right.layer) ||
    compareText(left.layer ?? '', right.layer ?? '') ||
    compareText(left.path, right.path);
}
