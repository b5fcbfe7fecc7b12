/** Number of characters of a text that count as one more value. */
const TEXT_CHARS = 64;

/**
 * Returns the size of a fact: one for each value in it, and more for long texts. Facts are plain
 * data. Stops counting beyond `most`.
 */
export function measureFact(fact: unknown, most: number): number {
  let size = 0;
  const pending: unknown[] = [fact];
  for (let value = pending.pop(); size <= most; value = pending.pop()) {
    size++;
    if (typeof value === 'string') {
      size += Math.floor(value.length / TEXT_CHARS);
    } else if (Array.isArray(value)) {
      for (const each of value as readonly unknown[]) {
        pending.push(each);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const name in value) {
        pending.push((value as Record<string, unknown>)[name]);
      }
    }
    if (pending.length === 0) {
      break;
    }
  }
  return size;
}
