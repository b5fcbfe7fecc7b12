/** Returns the first element whose key an earlier one has, too. */
export function findRepeated<Element>(
  elements: readonly Element[],
  getKey: (element: Element) => string,
): Element | undefined {
  const seen = new Set<string>();
  return elements.find((element) => {
    const key = getKey(element);
    const isRepeated = seen.has(key);
    seen.add(key);
    return isRepeated;
  });
}
