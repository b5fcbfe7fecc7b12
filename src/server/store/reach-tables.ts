/* The table of what images can load; `tables.ts` lists it with all others. */

/**
 * The components of an image by whether its entry point can load them, as its inventory states it.
 * The others are reachable. An image without a row was not analyzed, so everything is unknown.
 */
export interface ImageReachTable {
  readonly image: number;
  /** Components that nothing reached can use: a list of numbers. */
  readonly unreachable: Uint8Array;
  /** Components without a class: a list of numbers. */
  readonly unknown: Uint8Array;
}
