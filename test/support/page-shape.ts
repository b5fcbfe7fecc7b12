import assert from 'node:assert/strict';

/** Characters that control a terminal or disguise text. Line feeds are part of our markup. */
const UNSAFE =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/u;

export interface PageShape {
  /** Names of elements, each with the names of its attributes. */
  readonly elements: readonly string[];
  /** Values of attributes that lead somewhere. */
  readonly addresses: readonly string[];
  readonly hasUnsafeText: boolean;
}

/** Reads a page as a browser finds its elements; fails if there is a bracket outside them. */
export function readPageShape(html: string): PageShape {
  const element = /<(\/?[a-z!][^\s>/]*)((?:"[^"]*"|[^">])*)>/gi;
  assert.doesNotMatch(html.replaceAll(element, ''), /[<>]/);
  const elements: string[] = [];
  const addresses: string[] = [];
  for (const [, name = '', rest = ''] of html.matchAll(element)) {
    const attributes = [...rest.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)];
    elements.push([name, ...attributes.map(([, word]) => word)].join(' '));
    for (const [, word = '', value = ''] of attributes) {
      if (['href', 'src', 'action'].includes(word)) {
        addresses.push(value);
      }
    }
  }
  return { elements, addresses, hasUnsafeText: UNSAFE.test(html) };
}
