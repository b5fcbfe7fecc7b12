import { hash } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Section } from './difference.ts';

const ID_DIGITS = 16;

/**
 * Returns the ID of a change: the first 16 hexadecimal digits of the SHA-256 of a JSON array of its
 * section and of its names on both sides, sorted as text, so that it is the same in both
 * directions.
 */
export function computeChangeId(section: Section, left: string, right: string): string {
  const names = compareText(left, right) > 0 ? [right, left] : [left, right];
  const recipe = JSON.stringify([section, ...names]);
  return hash('sha256', recipe).slice(0, ID_DIGITS);
}
