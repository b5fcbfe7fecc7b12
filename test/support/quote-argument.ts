/** Quotes one argument for a POSIX shell. */
export function quoteArgument(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
