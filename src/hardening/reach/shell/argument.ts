import type { ShellWord } from '../language/shell/shell-script.ts';
import { SHELLS } from './wrappers.data.ts';

/** One argument: its possible texts, and whether it may have others. */
export interface Argument {
  readonly texts: readonly string[];
  readonly isOpen: boolean;
  /** Stands for any number of unknown arguments. */
  readonly isRemaining?: true;
  /** The place of the word: script, line and a literal part of it. */
  readonly path: string;
  readonly line: number;
  readonly token: string;
}

/** `"$@"` and `$*` stand for all parameters, `$1` for one. */
export function getPosition(word: ShellWord): number | 'all' | undefined {
  const [part, ...more] = word.filter((one) => one.kind !== 'text' || one.text !== '');
  if (part?.kind !== 'variable' || more.length > 0) {
    return undefined;
  }
  if (part.name === '@' || part.name === '*') {
    return 'all';
  }
  return /^[1-9]$/.test(part.name) ? Number(part.name) : undefined;
}

export function mergeRows(rows: readonly (readonly Argument[])[]): readonly Argument[] {
  const [only, ...others] = rows;
  if (only !== undefined && others.length === 0) {
    return only;
  }
  const width = Math.min(64, Math.max(...rows.map((row) => row.length)));
  return Array.from({ length: width }, (_, index): Argument => {
    const column = rows.flatMap((row) => row[index] ?? []);
    return {
      path: column[0]?.path ?? '',
      line: column[0]?.line ?? 0,
      token: column[0]?.token ?? '',
      texts: [...new Set(column.flatMap(({ texts }) => texts))].slice(0, 64),
      isOpen: column.some(({ isOpen }) => isOpen),
      ...(column.some(({ isRemaining }) => isRemaining === true) ? { isRemaining: true } : {}),
    };
  });
}

/** Returns the longest part of a word that occurs literally in the script. */
export function getToken(word: ShellWord): string {
  const known = tokens.get(word);
  if (known !== undefined) {
    return known;
  }
  const made = findLongestPiece(word);
  tokens.set(word, made);
  return made;
}

/** A program is analyzed repeatedly until the result is stable, with all of its words each time. */
const tokens = new WeakMap<ShellWord, string>();

function findLongestPiece(word: ShellWord): string {
  const pieces = word.flatMap((part) => {
    switch (part.kind) {
      case 'text':
        return part.text.split('\n', 1)[0]?.split(/[^A-Za-z0-9_./+-]/) ?? [];
      case 'variable':
        return [part.name];
      case 'output':
        return part.source.trimStart().split(/[^A-Za-z0-9_./+-]/, 1);
      case 'other':
        return [];
    }
  });
  return pieces.toSorted((left, right) => right.length - left.length)[0] ?? '';
}

export function isNoOption(text: string): boolean {
  return text !== '' && !text.startsWith('-') && !text.startsWith('+');
}

export function isShellWord(word: Argument | undefined): boolean {
  return word?.texts.some((text) => SHELLS.has(text)) === true;
}

export function getOptionValue(
  rest: readonly Argument[],
  options: readonly string[],
): readonly Argument[] {
  const index = rest.findIndex(({ texts }) => texts.some((text) => options.includes(text)));
  return index < 0 ? [] : rest.slice(index + 1, index + 2);
}
