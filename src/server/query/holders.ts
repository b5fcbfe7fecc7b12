/** Returns the images that contain any of some components. */
export function joinHolders(
  holders: ReadonlyMap<number, ReadonlySet<number>>,
): ReadonlySet<number> {
  return new Set([...holders.values()].flatMap((images) => [...images]));
}
