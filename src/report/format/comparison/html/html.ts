import type { DifferenceFormat } from '../contract.ts';
import { writeHtml } from './write-html.ts';

/** A page with charts. The code that writes it is loaded when it is called. */
export const html: DifferenceFormat = {
  id: 'html',
  aliases: [],
  carries: ['findings'],
  write: writeHtml,
};
