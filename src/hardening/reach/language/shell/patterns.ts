import type { ScriptReaders } from './redirection.ts';
import type { ShellCursor } from './word-reader.ts';

/**
 * Skips `(a|b)` with or without the first parenthesis. Returns false if there is none or if the
 * nesting is deeper than the limit.
 */
export function passCasePatterns(readers: ScriptReaders, depthLeft: number): boolean {
  const { cursor, words, lines } = readers;
  const { text } = cursor;
  if (text[cursor.at] === '(') {
    cursor.at += 1;
  }
  for (;;) {
    lines.skipBlanks();
    const word = words.readWord();
    lines.skipBlanks();
    const char = text[cursor.at];
    if (char === ')') {
      cursor.at += 1;
      return true;
    }
    // An extended pattern of bash: `@(a|b)`.
    if (char === '(' && word !== undefined) {
      cursor.at += 1;
      if (depthLeft <= 0 || !passCasePatterns(readers, depthLeft - 1)) {
        return false;
      }
      continue;
    }
    if (char !== '|') {
      return false;
    }
    cursor.at += 1;
  }
}

/**
 * Skips `[[ … ]]`. Its words are not commands, but its substitutions are. Returns false if it has
 * no end.
 */
export function passCondition({ cursor, words, lines }: ScriptReaders): boolean {
  while (cursor.at < cursor.text.length) {
    lines.skipNewlines();
    if (cursor.text.startsWith(']]', cursor.at)) {
      cursor.at += 2;
      return true;
    }
    if (words.readWord() === undefined) {
      cursor.at += 1;
    }
  }
  return false;
}

/** Two groups may start like arithmetic, which ends with two adjacent parentheses. */
export function isArithmetic({ text, at }: ShellCursor): boolean {
  let depth = 0;
  for (let end = at; end < text.length; end += 1) {
    const char = text[end];
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (depth === 1 && char === ')') {
      return text[end + 1] === ')';
    }
  }
  return false;
}
