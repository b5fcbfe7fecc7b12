import { escapeCiCommands } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';
import { measureWidth } from './text-width.ts';

/** A narrower terminal wraps words better itself. */
const NARROWEST_TERMINAL = 24;
const HANGING_INDENT = '  ';

/**
 * Wraps an escaped text between words at the given number of columns. A longer word has its own
 * line.
 */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(' ')) {
    const wordWidth = measureWidth(word);
    if (line !== '' && width + 1 + wordWidth > columns) {
      lines.push(line);
      line = word;
      width = wordWidth;
    } else {
      width += wordWidth + (line === '' ? 0 : 1);
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/**
 * Wraps text between words, and words that are wider than a line between the directories of a path,
 * or else anywhere.
 */
export function wrapPaths(text: string, columns: number): string[] {
  return wrapWords(text, columns).flatMap((line) => {
    const lines: string[] = [];
    for (const part of measureWidth(line) > columns ? splitPath(line, columns) : [line]) {
      const joined = `${lines.at(-1) ?? ''}${part}`;
      const isFitting = lines.length > 0 && measureWidth(joined) <= columns;
      lines.splice(isFitting ? -1 : lines.length, 1, isFitting ? joined : part);
    }
    return lines;
  });
}

/** Splits before slashes; a part that is still too wide is split anywhere. */
function splitPath(text: string, columns: number): readonly string[] {
  return text.split(/(?=\/)/).flatMap((part) => {
    const isNarrow = measureWidth(part) <= columns || measureWidth(part) !== part.length;
    return isNarrow ? [part] : (part.match(new RegExp(`.{1,${Math.max(1, columns)}}`, 'gs')) ?? []);
  });
}

/**
 * Wraps lines that are wider than the terminal between words, and indents the continuation lines.
 * Without `columns`, no line is wrapped. A wrapped line never starts a command to a CI system.
 *
 * @param text complete escaped lines, without colors
 */
export function fitLines(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < NARROWEST_TERMINAL) {
    return escapeCiCommands(text);
  }
  const lines = text
    .split('\n')
    .map((line) => (measureWidth(line) <= columns ? line : fitLine(line, columns)));
  return escapeCiCommands(lines.join('\n'));
}

function fitLine(line: string, columns: number): string {
  const words = line.trimStart();
  const indent = ' '.repeat(line.length - words.length);
  const hanging = `${indent}${HANGING_INDENT}`;
  const [first = '', ...rest] = wrapWords(words, Math.max(1, columns - hanging.length));
  return [`${indent}${first}`, ...rest.map((each) => `${hanging}${each}`)].join('\n');
}

/** Wraps complete lines as {@link fitLines} does, and passes them on. */
export function createFittingSink(sink: Sink, { columns }: { readonly columns?: number }): Sink {
  return { write: (text) => sink.write(fitLines(text, columns)) };
}
