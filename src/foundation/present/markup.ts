import { escapeText } from '../core/screen-text.ts';

/** HTML that is safe to write: everything else is escaped when it is inserted. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

type Piece = string | number | Markup | undefined | readonly Piece[];

/**
 * Creates HTML from a template. Any other value is inserted as escaped text; markup and lists of it
 * are inserted unchanged, `undefined` is empty.
 */
export function markup(texts: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  let html = '';
  for (const [index, text] of texts.entries()) {
    html += text;
    html += index < values.length ? toHtml(values[index]) : '';
  }
  return new Markup(html);
}

/** Writes a separator between parts. */
export function joinMarkup(parts: readonly Markup[], separator = ', '): Markup {
  return markup`${parts.map((part, index) => markup`${index === 0 ? '' : separator}${part}`)}`;
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

/**
 * Also valid in a quoted attribute. Characters that would disguise a text are written as `\u{…}`.
 */
function toHtml(piece: Piece): string {
  if (piece === undefined) {
    return '';
  }
  if (piece instanceof Markup) {
    return piece.html;
  }
  if (typeof piece === 'object') {
    return piece.map(toHtml).join('');
  }
  return escapeText(String(piece)).replace(
    /[&<>"']/g,
    (character) => ENTITIES.get(character) ?? '',
  );
}

/** Creates a link if the address is safe for a browser; otherwise the text alone. */
export function link(address: string, text: string): Markup {
  const url = URL.parse(address);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb
    ? markup`<a href="${url.href}" rel="noopener noreferrer nofollow">${text}</a>`
    : markup`${text}`;
}

/**
 * Creates the start of a table that scrolls separately in a narrow window, also by keys; its first
 * body is opened by the caller.
 */
export function startTable(label: string, id: string, heads: readonly Markup[]): Markup {
  const box = markup`<div class="scroll" tabindex="0" role="region" aria-label="${label}">`;
  return markup`${box}<table id="${id}"><thead><tr>${heads}</tr></thead>`;
}

/** Creates the head of a column, above its numbers if it has any. */
export function createColumnHead(title: string, isNumber = false): Markup {
  return isNumber
    ? markup`<th scope="col" class="num">${title}</th>`
    : markup`<th scope="col">${title}</th>`;
}

/** Cuts longer texts if they would only take up space. */
export function shortenText(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax).trimEnd()}…`;
}
