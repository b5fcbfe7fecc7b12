import { UserError } from '../foundation/core/error.ts';
import { suggestWord } from '../foundation/core/option-suggestion.ts';

/**
 * Returns the value of an option if it is one of the allowed words.
 *
 * @throws UserError `E_USAGE` with a suggestion
 */
export function requireWord<Word extends string>(
  option: string,
  value: string,
  words: readonly Word[],
): Word {
  const name = value.trim();
  const known = words.find((word) => word === name);
  if (known === undefined) {
    throw new UserError('E_USAGE', `invalid value "${name}" for ${option}`, {
      hint: suggestWord(name, words),
    });
  }
  return known;
}
