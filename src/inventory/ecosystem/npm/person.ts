import { toText } from '../../../foundation/core/to-text.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';

/** Author, contributor or maintainer. Missing values are empty. */
interface Person {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

const NOBODY: Person = { name: '', email: '', url: '' };

/** Formats `Ann <ann@example.org> (https://example.org)`; empty if no person is named. */
export function formatPerson(value: unknown): string {
  const { name, email, url } = toPerson(value);
  return `${name}${email === '' ? '' : ` <${email}>`}${url === '' ? '' : ` (${url})`}`;
}

/** Formats a list of people, or one person instead of a list, joined by commas. */
export function formatPeople(value: unknown): string {
  const people: readonly unknown[] =
    value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  return people.map(formatPerson).join(', ');
}

function toPerson(value: unknown): Person {
  if (typeof value === 'string') {
    return parsePerson(value);
  }
  return isRecord(value)
    ? { name: toText(value['name']), email: toText(value['email']), url: toText(value['url']) }
    : NOBODY;
}

/**
 * Parses a name, an email address in angle brackets, and a URL in parentheses, each preceded by a
 * blank and optional. A string of another form names no person. npm documentation, "people fields".
 */
function parsePerson(text: string): Person {
  const opening = text.search(/[<(]/);
  if (opening < 0) {
    return { ...NOBODY, name: text.trimStart() };
  }
  if (opening === 0 || !isBlank(text.charAt(opening - 1))) {
    return NOBODY;
  }
  const name = text.slice(0, opening - 1).trimStart();
  if (text.charAt(opening) === '(') {
    return parseAddress({ ...NOBODY, name }, text.slice(opening));
  }
  const closing = text.lastIndexOf('>');
  if (closing < opening) {
    return NOBODY;
  }
  const person = { ...NOBODY, name, email: text.slice(opening + 1, closing) };
  const rest = text.slice(closing + 1);
  if (rest.trim() === '') {
    return person;
  }
  return isBlank(rest.charAt(0)) ? parseAddress(person, rest.slice(1)) : NOBODY;
}

function parseAddress(person: Person, text: string): Person {
  const trimmed = text.trimEnd();
  return trimmed.startsWith('(') && trimmed.endsWith(')')
    ? { ...person, url: trimmed.slice(1, -1) }
    : NOBODY;
}

function isBlank(character: string): boolean {
  return ' \t\n\r\f'.includes(character);
}
