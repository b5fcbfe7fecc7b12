import { isCalendarDate } from '../../../foundation/core/calendar-date.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { createPolicyError, getPolicyText, type PolicyMap } from './policy-node.ts';

/** @throws UserError `E_POLICY` with the closest word if the text is none of them */
export function readChoice<Word extends string>(
  text: string,
  words: readonly Word[],
  place: string,
): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) {
    throw createPolicyError(place, `"${text}" is not possible here`, suggestWord(text, words));
  }
  return word;
}

/**
 * Returns the date of a key; `undefined` if it is absent.
 *
 * @throws UserError `E_POLICY` if it is not a date
 */
export function readDate(map: PolicyMap, key: string): string | undefined {
  const text = getPolicyText(map, key);
  if (text !== undefined && !isCalendarDate(text)) {
    const place = map.entries.get(key)?.place ?? map.place;
    throw createPolicyError(place, `"${text}" is not a date`, 'write it as: 2027-01-31');
  }
  return text;
}

/** @throws UserError `E_POLICY` if the key is absent or not a date */
export function requireDate(map: PolicyMap, key: string, title: string): string {
  const date = readDate(map, key);
  if (date === undefined) {
    throw createPolicyError(map.place, `${title} needs "${key}"`, 'write it as: 2027-01-31');
  }
  return date;
}

/**
 * Returns the number of days of a duration such as `90 days`.
 *
 * @throws UserError `E_POLICY`
 */
export function readDays(text: string, place: string): number {
  const days = /^(\d{1,5}) days?$/.exec(text)?.[1];
  if (days === undefined) {
    throw createPolicyError(place, `"${text}" is not a duration`, 'write it as: 90 days');
  }
  return Number(days);
}
