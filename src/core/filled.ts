/** The list; `undefined` where it is empty, so that a document leaves the member out. */
export function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The text; `undefined` where it is empty, so that a document leaves the member out. */
export function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
