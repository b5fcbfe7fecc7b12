/** Returns an empty string if the value is not a string. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
