import { type Markup, markup } from '../../foundation/present/markup.ts';

/** The forms in which a part of a page can be copied. */
export interface Copies {
  readonly markdown: string;
  readonly json: string;
  /** Address of the page, below that of the server. */
  readonly link: string;
  /** Command line that gives the same without a server. */
  readonly command: string;
}

/** Shows texts to copy. A script adds buttons to them. */
export function createCopies({ markdown, json, link, command }: Copies): Markup {
  const texts = [
    ['Markdown', markdown],
    ['JSON', json],
    ['Link', link],
    ['Command line', command],
  ] as const;
  const fields = texts.map(
    ([title, text]) =>
      markup`<p><label>${title}<textarea rows="2" readonly spellcheck="false">${text}</textarea></label></p>`,
  );
  return markup`<copy-as><details class="decide"><summary>Copy as</summary>${fields}</details></copy-as>`;
}
