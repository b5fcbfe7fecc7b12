/**
 * The scheme by which Grype compares the packages of a matcher, where it is not ours; `undefined`:
 * it guesses.
 */
export const SCHEMES_IN_GRYPE: ReadonlyMap<string, string | undefined> = new Map([
  ['dotnet', undefined],
  ['hex', undefined],
  ['javascript', undefined],
  ['pacman', 'rpm'],
  ['rust', undefined],
  ['stock', undefined],
]);
