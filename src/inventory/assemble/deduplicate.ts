/** Returns the items without those whose identity equals that of an earlier one. */
export function deduplicate<T>(items: readonly T[], identity: (item: T) => string): T[] {
  const byIdentity = new Map<string, T>();
  for (const item of items) {
    const key = identity(item);
    if (!byIdentity.has(key)) {
      byIdentity.set(key, item);
    }
  }
  return [...byIdentity.values()];
}
