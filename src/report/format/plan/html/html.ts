import type { PlanFormat } from '../contract.ts';
import { writeHtml } from './write-html.ts';

/** A page with a picture of the dead weight. */
export const html: PlanFormat = {
  id: 'html',
  aliases: [],
  carries: ['findings'],
  write: writeHtml,
};
