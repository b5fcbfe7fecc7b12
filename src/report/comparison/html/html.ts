import type { DifferenceFormat } from '../contract.ts';
import { writeHtml } from './write-html.ts';

/** For people who want pictures. What writes the page is loaded when it is called. */
export const html: DifferenceFormat = {
  id: 'html',
  aliases: [],
  carries: ['findings'],
  write: writeHtml,
};
