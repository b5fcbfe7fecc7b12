import { furtherUrls } from './license-title.data.ts';
import { findSpdxIdByTitle } from './license-title.ts';
import { toSpdxId } from './spdx-id.ts';
import { currentIds, deprecatedIds, exceptionIds, expressionParser } from './spdx-list.ts';
import { readSpdxUrls } from './spdx-url.data.ts';

const FILE_SUFFIX = /\.(txt|pdf|html?|md|markdown|rst|docx?|rtf|tex|xml|json)$/i;
/** Real expressions are shorter. */
const EXPRESSION_CHARS_MAX = 4_096;

/** Packages of an image share a few license names. */
const EXPRESSIONS_MAX = 1_024;
const expressions = new Map<string, string>();

let idByUrl: ReadonlyMap<string, string> | undefined;
let idByLowerCase: ReadonlyMap<string, string> | undefined;

/**
 * Returns the SPDX expression for a license value; empty if there is none: the identifier of a
 * short name, the license published at a URL, the value itself if it is an expression, or the
 * license with this common title. SPDX 2.3, annex D.
 */
export function toSpdxExpression(value: string): string {
  if (value.length > EXPRESSION_CHARS_MAX) {
    return '';
  }
  const known = expressions.get(value);
  if (known !== undefined) {
    return known;
  }
  const expression =
    toSpdxId(value) ??
    findSpdxIdByUrl(value) ??
    findSpdxIdByUrl(value.replace(FILE_SUFFIX, '')) ??
    (isExpression(value) ? value : findSpdxIdByTitle(value)) ??
    '';
  if (expressions.size >= EXPRESSIONS_MAX) {
    expressions.clear();
  }
  expressions.set(value, expression);
  return expression;
}

/**
 * Returns the identifier of the license whose text is published at a URL. The scheme, `www.` and a
 * trailing slash are ignored.
 */
export function findSpdxIdByUrl(url: string): string | undefined {
  // Every URL has a path after a name with a dot. License names have none, so the table is not
  // loaded for them.
  const dot = url.indexOf('.');
  if (dot < 0 || !url.includes('/', dot)) {
    return undefined;
  }
  idByUrl ??= new Map([
    ...furtherUrls,
    ...[...readSpdxUrls()].flatMap(([id, urls]) =>
      urls.map((at) => [normalizeUrl(at), id] as const),
    ),
  ]);
  return idByUrl.get(normalizeUrl(url.trim()));
}

function normalizeUrl(url: string): string {
  return url.replace(/^(?:https?:\/\/)?(?:www\.)?/, '').replace(/\/$/, '');
}

function isExpression(value: string): boolean {
  // Operators are upper case (annex D.2); identifiers may be written in any case, which the library
  // does not support.
  if (/(^|[\s()])(and|or|with)($|[\s()])/.test(value) || !canBeExpression(value)) {
    return false;
  }
  try {
    expressionParser()(toListedCase(value));
    return true;
  } catch {
    // The library reports every error by throwing. Here a value that is not an expression is a
    // normal result.
    return false;
  }
}

/**
 * Most names that are not licenses contain a character or a word that no expression has. Loading
 * the library, and letting it throw for each of them, takes many times as long.
 */
function canBeExpression(value: string): boolean {
  return (
    !/[^A-Za-z0-9.+:() -]/.test(value) &&
    (value.match(WORDS) ?? []).every(
      (word) => mapListedIds().has(word.toLowerCase()) || OPERATOR_OR_REFERENCE.test(word),
    )
  );
}

const WORDS = /[A-Za-z0-9.-]+/g;
/** The library accepts an operator even if the next word follows without a blank. */
const OPERATOR_OR_REFERENCE = /^(?:AND|OR|WITH|LicenseRef-|DocumentRef-)/i;

/** Returns an expression with its IDs in the case of the SPDX list, as the library requires. */
export function toListedCase(expression: string): string {
  return expression.replace(WORDS, (word) => mapListedIds().get(word.toLowerCase()) ?? word);
}

function mapListedIds(): ReadonlyMap<string, string> {
  idByLowerCase ??= new Map(
    [...currentIds(), ...deprecatedIds(), ...exceptionIds()].map((id) => [id.toLowerCase(), id]),
  );
  return idByLowerCase;
}
