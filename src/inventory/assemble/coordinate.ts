import type { Digest } from '../../foundation/core/digest.ts';

/** Returns one string for a path in a layer, for use as a map key. Paths contain no NUL. */
export function toCoordinate(path: string, layer: Digest | undefined): string {
  return `${path}\0${layer ?? ''}`;
}

interface Placed<Value> {
  readonly path: string;
  readonly layer: Digest | undefined;
  readonly value: Value;
}

/**
 * Values by path and layer. Nested maps avoid creating a key string for each of thousands of files.
 */
export class CoordinateMap<Value> {
  readonly #byLayer = new Map<Digest | undefined, Map<string, Value>>();

  /** @param placed if a coordinate occurs more than once, the last one counts */
  constructor(placed: Iterable<Placed<Value>> = []) {
    for (const { path, layer, value } of placed) {
      this.set(path, layer, value);
    }
  }

  get(path: string, layer: Digest | undefined): Value | undefined {
    return this.#byLayer.get(layer)?.get(path);
  }

  set(path: string, layer: Digest | undefined, value: Value): void {
    let ofLayer = this.#byLayer.get(layer);
    if (ofLayer === undefined) {
      ofLayer = new Map();
      this.#byLayer.set(layer, ofLayer);
    }
    ofLayer.set(path, value);
  }

  *[Symbol.iterator](): Iterator<Placed<Value>> {
    for (const [layer, ofLayer] of this.#byLayer) {
      for (const [path, value] of ofLayer) {
        yield { path, layer, value };
      }
    }
  }
}
