/**
 * Returns a hint with the names that were perhaps meant, and what to do if none of them was.
 *
 * @param names as they are shown, with quotes if they have any
 * @param otherwise an imperative sentence; absent if the suggestion is all
 */
export function formatSuggestion(names: readonly string[], otherwise: string | undefined): string {
  if (names.length === 0) {
    return otherwise ?? '';
  }
  const question = `did you mean ${names.join(', ')}?`;
  return otherwise === undefined ? question : `${question} If not, ${otherwise}`;
}
