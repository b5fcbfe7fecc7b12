/** Returns the list; `undefined` if it is empty, so that a document omits the member. */
export function omitEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Returns the text; `undefined` if it is empty, so that a document omits the member. */
export function omitEmptyText(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
