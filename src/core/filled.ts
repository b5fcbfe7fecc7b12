/** The list; `undefined` where it is empty, so that a document leaves the member out. */
export function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
