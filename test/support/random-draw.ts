import { createRandom, drawNumber, pick } from './random-version.ts';

/** Returns a whole number from 0 below a limit. */
export type Draw = (below: number) => number;

/** Creates a generator with a fixed seed. */
export function createDraw(seed: number): Draw {
  const random = createRandom(seed);
  return (below) => drawNumber(random, below);
}

/** Returns one of some items. */
export function drawItem<Item>(draw: Draw, items: readonly Item[]): Item {
  return pick(() => draw(items.length) / items.length, items);
}
