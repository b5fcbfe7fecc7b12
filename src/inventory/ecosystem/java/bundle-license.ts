import { toSpdxExpression } from '../../../foundation/identity/license/spdx-expression.ts';

export interface BundleLicense {
  /** An identifier, a title or a URL, as in the header. */
  readonly name: string;
  readonly urls: readonly string[];
}

/** Placeholder for terms that are found elsewhere; ignored. */
const EXTERNAL = '<<EXTERNAL>>';

/**
 * Returns the licenses in a `Bundle-License` header, each `name;link=URL;description="…"`,
 * separated by commas. OSGi Core 8, section 3.2.1.10. Many titles contain an unquoted comma: if any
 * piece is not a license by itself, the whole header is one license.
 */
export function parseBundleLicenses(header: string): readonly BundleLicense[] {
  const pieces = splitOutsideQuotes(header, ',').map(parseClause);
  const licenses = pieces.every(isByItself) ? pieces : [parseClause(header)];
  return licenses.filter(({ name }) => name !== '' && name !== EXTERNAL);
}

function isByItself({ name, urls }: BundleLicense): boolean {
  return urls.length > 0 || /^https?:\/\//.test(name) || toSpdxExpression(name) !== '';
}

function parseClause(clause: string): BundleLicense {
  const [name = '', ...attributes] = splitOutsideQuotes(clause, ';').map((part) => part.trim());
  const links = attributes
    .filter((attribute) => /^link\s*:?=/i.test(attribute))
    .map((attribute) => stripQuotes(attribute.slice(attribute.indexOf('=') + 1).trim()));
  return { name: stripQuotes(name), urls: links.filter(Boolean) };
}

function stripQuotes(text: string): string {
  return text.replace(/^"(.*)"$/, '$1').trim();
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') {
      isQuoted = !isQuoted;
    } else if (text[at] === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
