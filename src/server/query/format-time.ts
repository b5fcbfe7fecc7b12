/** Formats milliseconds since 1970 as RFC 3339. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
