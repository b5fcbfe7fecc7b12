const WORD_CHARS_MAX = 64;

/**
 * Returns the known word closest to a mistyped one, or `undefined` if none is close: at most a
 * third of the letters may differ; one edit is always allowed.
 */
export function findNearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > WORD_CHARS_MAX) {
    return undefined;
  }
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = countEdits(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/**
 * Returns the known words close to a mistyped one, the closest first, each once. Words are compared
 * as in {@link findNearest}.
 */
export function listNearest(word: string, known: Iterable<string>, countMax: number): string[] {
  if (word.length > WORD_CHARS_MAX) {
    return [];
  }
  const editsMax = Math.max(1, Math.floor(word.length / 3));
  return [...new Set(known)]
    .filter((candidate) => Math.abs(candidate.length - word.length) <= editsMax)
    .map((candidate) => ({
      candidate,
      edits: countEdits(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ edits }) => edits <= editsMax)
    .toSorted((left, right) => left.edits - right.edits)
    .slice(0, countMax)
    .map(({ candidate }) => candidate);
}

/**
 * Returns a hint with the closest known word, or all of them.
 *
 * @param listedBy a command that lists them, for words that do not fit on a line
 */
export function suggestWord(word: string, known: readonly string[], listedBy?: string): string {
  const nearest = findNearest(word, known);
  if (nearest !== undefined) {
    return `did you mean "${nearest}"?`;
  }
  return listedBy === undefined
    ? `use one of: ${known.join(', ')}`
    : `run "${listedBy}" to list them`;
}

/**
 * Counts the edits between two words: insertion, deletion, substitution, and exchange of two
 * neighbors (Damerau's distance in the restricted form, which touches no letter twice).
 */
function countEdits(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      let edits = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1] && row > 1) {
        edits = Math.min(edits, (beforePrevious[column - 2] ?? edits) + 1);
      }
      current.push(edits);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? left.length;
}
