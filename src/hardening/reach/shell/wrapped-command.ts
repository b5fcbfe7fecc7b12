import { VALUE_OPTIONS, WRAPPERS } from './wrappers.data.ts';

/**
 * Returns the index of the wrapped command in the arguments of a wrapper; `undefined` if the
 * program is not a wrapper or starts nothing.
 *
 * @param base base name of the program
 * @param words its arguments; `undefined` for unknown ones
 */
export function findWrappedCommand(
  base: string,
  words: readonly (string | undefined)[],
  isProgram: (word: string) => boolean,
): number | undefined {
  const operands = WRAPPERS.get(base);
  const isLookUp = base === 'command' && /^-[vV]$/.test(words[0] ?? '');
  if (operands === undefined || isLookUp) {
    return undefined;
  }
  let left = operands;
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index];
    if (word === '--') {
      return boundIndex(words, index + 1 + left);
    }
    if (word?.startsWith('-') === true) {
      // Whether an option has a value depends on the wrapper; a program name is not a value.
      const next = words[index + 1];
      const hasValue = VALUE_OPTIONS.has(word) && next !== undefined && !isProgram(next);
      index += hasValue ? 1 : 0;
    } else if (word === undefined || !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word)) {
      if (left === 0) {
        break;
      }
      left -= 1;
    }
  }
  return boundIndex(words, index);
}

function boundIndex(words: readonly unknown[], index: number): number | undefined {
  return index < words.length ? index : undefined;
}
