import { escapeText } from '../core/screen-text.ts';

/** Escapes text from an image so that nothing in it is markup. CommonMark 0.31, 2.4. */
export function escapeMarkdown(text: string): string {
  return escapeText(text).replace(/[\\`*_{}[\]<>()#+!|~@&]/g, (sign) => `\\${sign}`);
}
