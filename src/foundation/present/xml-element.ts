import { escapeCiCommands } from '../core/screen-text.ts';

/** One element of an XML document. Its content is either text or child elements. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly content: string | readonly Element[];
}

/** Content of an element: `undefined` and empty values are left out. */
export type Content = string | undefined | readonly (Element | undefined)[];

export function createElement(
  name: string,
  content: Content,
  attributes: Readonly<Record<string, string | undefined>> = {},
): Element {
  const kept = Array.isArray(content)
    ? content.filter((child): child is Element => child !== undefined)
    : (content ?? '');
  return { name, attributes, content: kept as Element['content'] };
}

/** Creates an element if it has content. */
export function createOptional(
  name: string,
  content: Content,
  attributes: Readonly<Record<string, string | undefined>> = {},
): Element | undefined {
  const made = createElement(name, content, attributes);
  return made.content.length === 0 ? undefined : made;
}

/** Formats the element, each child on its own line. */
export function formatElement({ name, attributes, content }: Element, indent: string): string {
  const head = `${indent}<${name}${formatAttributes(attributes)}`;
  if (content.length === 0) {
    return `${head}/>\n`;
  }
  if (typeof content === 'string') {
    return `${head}>${escapeXml(content)}</${name}>\n`;
  }
  const children = content.map((child) => formatElement(child, `${indent}  `)).join('');
  return `${head}>\n${children}${indent}</${name}>\n`;
}

function formatAttributes(attributes: Element['attributes']): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(value)}"`))
    .join('');
}

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    '\t': '&#9;',
    '\n': '&#10;',
    '\r': '&#13;',
  }),
);

/**
 * Line separators and characters that change the writing direction disguise a text to its reader.
 */
const SPECIAL = /[&<>"\t\n\r\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Characters that no XML 1.0 document can contain, not even escaped. XML 1.0, 2.2. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;

/** Escapes a text for content and attributes; a forbidden character becomes `\u{…}`. */
export function escapeXml(text: string): string {
  const escaped = text
    .replace(FORBIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .replace(SPECIAL, toCharacterReference);
  return escapeCiCommands(escaped, toCharacterReference);
}

function toCharacterReference(character: string): string {
  return ENTITIES.get(character) ?? `&#${character.charCodeAt(0)};`;
}
