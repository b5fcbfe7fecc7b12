import { escapeText } from '../core/screen-text.ts';

/** HTML that is safe to write: everything else is escaped where it is put in. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

type Piece = string | number | Markup | undefined | readonly Piece[];

/**
 * A template of HTML. What stands in it as a value is a text and becomes one, whatever it holds;
 * markup and lists of it stay as they are, `undefined` is nothing.
 */
export function markup(texts: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  let html = '';
  for (const [index, text] of texts.entries()) {
    html += text;
    html += index < values.length ? htmlOf(values[index]) : '';
  }
  return new Markup(html);
}

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }),
);

/** Also fit for a quoted attribute. What would disguise a text is spelled out as `\u{…}`. */
function htmlOf(piece: Piece): string {
  if (piece === undefined) {
    return '';
  }
  if (piece instanceof Markup) {
    return piece.html;
  }
  if (typeof piece === 'object') {
    return piece.map(htmlOf).join('');
  }
  return escapeText(String(piece)).replace(
    /[&<>"']/g,
    (character) => ENTITIES.get(character) ?? '',
  );
}

/** A link, where the address is one that a browser may follow; else the text alone. */
export function link(address: string, text: string): Markup {
  const url = URL.parse(address);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb
    ? markup`<a href="${url.href}" rel="noopener noreferrer nofollow">${text}</a>`
    : markup`${text}`;
}

/**
 * The start of a table that scrolls by itself where the window is narrow, by keys too; with its
 * first body opened by the caller.
 */
export function tableStart(label: string, id: string, heads: readonly Markup[]): Markup {
  const box = markup`<div class="scroll" tabindex="0" role="region" aria-label="${label}">`;
  return markup`${box}<table id="${id}"><thead><tr>${heads}</tr></thead>`;
}

/** The head of a column. */
export function columnHead(title: string): Markup {
  return markup`<th scope="col">${title}</th>`;
}

/** Longer texts are cut where they would only cost room. */
export function shortened(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax).trimEnd()}…`;
}
