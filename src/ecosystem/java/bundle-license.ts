import { toSpdxExpression } from '../../identity/license/spdx-expression.ts';

export interface BundleLicense {
  /** An identifier, a title or an address, as the header has it. */
  readonly name: string;
  readonly urls: readonly string[];
}

/** Stands for terms that are found elsewhere: nothing is said. */
const EXTERNAL = '<<EXTERNAL>>';

/**
 * The licences in a `Bundle-License` header, each `name;link=URL;description="…"`, with commas
 * between them. OSGi Core 8, section 3.2.1.10. Many write a title with a comma in it and no quotes:
 * where a piece is no licence by itself, all is one.
 */
export function bundleLicenses(header: string): readonly BundleLicense[] {
  const pieces = splitOutsideQuotes(header, ',').map(licenseOf);
  const licenses = pieces.every(isByItself) ? pieces : [licenseOf(header)];
  return licenses.filter(({ name }) => name !== '' && name !== EXTERNAL);
}

function isByItself({ name, urls }: BundleLicense): boolean {
  return urls.length > 0 || /^https?:\/\//.test(name) || toSpdxExpression(name) !== '';
}

function licenseOf(clause: string): BundleLicense {
  const [name = '', ...attributes] = splitOutsideQuotes(clause, ';').map((part) => part.trim());
  const links = attributes
    .filter((attribute) => /^link\s*:?=/i.test(attribute))
    .map((attribute) => unquoted(attribute.slice(attribute.indexOf('=') + 1).trim()));
  return { name: unquoted(name), urls: links.filter(Boolean) };
}

function unquoted(text: string): string {
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
