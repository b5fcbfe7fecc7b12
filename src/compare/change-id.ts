import { hash } from 'node:crypto';
import { compareText } from '../core/compare-text.ts';
import type { Section } from './difference.ts';

const ID_DIGITS = 16;

/**
 * The id of a change: the first 16 hexadecimal digits of the SHA-256 of a JSON array of its section
 * and of what it is called on both sides, in order of the text, so that it is the same whichever
 * side comes first.
 */
export function changeId(section: Section, left: string, right: string): string {
  const names = compareText(left, right) > 0 ? [right, left] : [left, right];
  const recipe = JSON.stringify([section, ...names]);
  return hash('sha256', recipe).slice(0, ID_DIGITS);
}
