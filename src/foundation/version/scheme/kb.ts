import { compareText } from '../../core/compare-text.ts';
import type { Scheme } from '../../core/scheme.ts';

/** Version of a product without an installed update. */
const BASE = 'base';
const UPDATE = /^(?:kb)?0*(?<number>[0-9]{1,12})$/;

/** Numbers of articles about updates: they are equal or not, but have no order. */
export const kb: Scheme<string> = {
  id: 'kb',
  aliases: ['msrc', 'msrc-kb'],
  title: 'Microsoft updates, by the number of their article',
  spec: 'Microsoft Security Update Guide, "KB Article"',
  oracle: 'none',
  isUnordered: true,
  parse(text) {
    const trimmed = text.trim().toLowerCase();
    return trimmed === BASE ? BASE : UPDATE.exec(trimmed)?.groups?.['number'];
  },
  compare: compareText,
};
