/**
 * Splits a file into cells as a spreadsheet does, by the separator of its region: a quote at the
 * start of a cell begins a quoted part, `""` in it is one quote, and anything after its end is
 * kept.
 */
export function splitCells(text: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let isAtStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted && character === '"' && text.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"' && (isQuoted || isAtStart)) {
      isQuoted = !isQuoted;
    } else if (!isQuoted && (character === separator || character === '\n')) {
      cells.push(cell);
      cell = '';
      isAtStart = true;
      continue;
    } else {
      cell += character;
    }
    isAtStart = isAtStart && character === ' ';
  }
  return [...cells, cell];
}

/**
 * Returns whether a spreadsheet would evaluate the cell; names such as `@scope/name` are not
 * formulas.
 */
export function isFormula(cell: string): boolean {
  const text = cell.trim();
  const isHarmless = /^(?:-?\d+(?:\.\d+)?|@[\w.-]+\/[\w.-]+)$/.test(text);
  return !isHarmless && /^[=+\-@＝＋－＠]/.test(text);
}
