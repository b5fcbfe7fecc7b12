/** Rounds to two decimals, which is finer than a pixel. */
export function roundNumber(value: number): number {
  return Math.round(value * 100) / 100;
}
