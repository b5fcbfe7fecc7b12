import type { LineReader } from './line-reader.ts';
import type { ShellWord } from './shell-script.ts';
import type { ShellCursor, WordReader } from './word-reader.ts';

/** The readers of a script; they share the cursor. */
export interface ScriptReaders {
  readonly cursor: ShellCursor;
  readonly words: WordReader;
  readonly lines: LineReader;
}

/** Skips one redirection, if there is one: `2>&1`, `<file`, `<<EOF`. */
export function passRedirection(
  { cursor, words, lines }: ScriptReaders,
  inputs: ShellWord[],
): boolean {
  let at = cursor.at;
  while (/[0-9]/.test(cursor.text[at] ?? '')) {
    at += 1;
  }
  if (cursor.text.startsWith('&>', at)) {
    at += 1;
  }
  const sign = cursor.text[at];
  if ((sign !== '<' && sign !== '>') || cursor.text[at + 1] === '(') {
    return false;
  }
  if (cursor.text.startsWith('<<', at) && cursor.text[at + 2] !== '<') {
    cursor.at = at + 2;
    readHereDocumentWord({ cursor, words, lines });
    return true;
  }
  const operator = /^(?:<<<|<&|<>|<|>>|>&|>\||>)/.exec(cursor.text.slice(at, at + 3))?.[0] ?? sign;
  cursor.at = at + operator.length;
  lines.skipBlanks();
  const word = words.readWord();
  if (operator === '<' && word !== undefined) {
    inputs.push(word);
  }
  return true;
}

function readHereDocumentWord({ cursor, words, lines }: ScriptReaders): void {
  const isIndented = cursor.text[cursor.at] === '-';
  cursor.at += isIndented ? 1 : 0;
  lines.skipBlanks();
  const word = words.readWord() ?? [];
  lines.expectHereDocument({
    delimiter: word.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
    isQuoted: word.some((part) => part.kind === 'text' && part.isQuoted),
    isIndented,
  });
}
