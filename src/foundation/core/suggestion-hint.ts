/**
 * Returns a hint that suggests similar names, and what to do if none is the intended one.
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
