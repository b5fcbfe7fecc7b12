/**
 * CPE names: formatted strings of CPE 2.3 and the older URIs. NISTIR 7695 (naming) and 7696
 * (matching).
 *
 * A value is plain text with these special forms: empty for ANY, `-` for "not applicable", an
 * unescaped `*` or `?` at either end for a wildcard. A backslash before `*`, `?`, a backslash or a
 * lone hyphen makes it literal.
 */
export interface CpeName {
  readonly part: string;
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly update: string;
  readonly edition: string;
  readonly language: string;
  readonly softwareEdition: string;
  readonly targetSoftware: string;
  readonly targetHardware: string;
  readonly other: string;
}

export const CPE_ANY = '';
export const CPE_NOT_APPLICABLE = '-';

/** Attributes in the order of a formatted string. */
export const CPE_ATTRIBUTES = [
  'part',
  'vendor',
  'product',
  'version',
  'update',
  'edition',
  'language',
  'softwareEdition',
  'targetSoftware',
  'targetHardware',
  'other',
] as const satisfies readonly (keyof CpeName)[];

export type CpeAttribute = (typeof CPE_ATTRIBUTES)[number];

export const ANY_CPE: CpeName = Object.freeze({
  part: CPE_ANY,
  vendor: CPE_ANY,
  product: CPE_ANY,
  version: CPE_ANY,
  update: CPE_ANY,
  edition: CPE_ANY,
  language: CPE_ANY,
  softwareEdition: CPE_ANY,
  targetSoftware: CPE_ANY,
  targetHardware: CPE_ANY,
  other: CPE_ANY,
});

const FORMATTED_PREFIX = 'cpe:2.3:';
const URI_PREFIX = 'cpe:/';
const CHARACTERS_MAX = 8_192;

/**
 * Punctuation that must be escaped with a backslash in a formatted string. NISTIR 7695, 6.2.2.1.
 */
const ESCAPED_PUNCTUATION = '!"#$%&\'()+,/:;<=>@[]^`{|}~';
const WORD_CHARACTER = /[A-Za-z0-9._-]/;
/** Values that are the same with and without backslashes, as most are. */
const WORD = /^[A-Za-z0-9._-]+$/;
const PART = /^[aho]$/;
const LANGUAGE = /^[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?$/;

/** Parses a CPE name in either binding. Returns `undefined` if the string is invalid. */
export function parseCpe(text: string): CpeName | undefined {
  if (text.length > CHARACTERS_MAX) {
    return undefined;
  }
  if (text.startsWith(FORMATTED_PREFIX)) {
    return parseFormatted(text.slice(FORMATTED_PREFIX.length));
  }
  return text.slice(0, URI_PREFIX.length).toLowerCase() === URI_PREFIX
    ? parseUri(text.slice(URI_PREFIX.length))
    : undefined;
}

function parseFormatted(text: string): CpeName | undefined {
  const fields = splitUnescaped(text);
  if (fields.length !== CPE_ATTRIBUTES.length) {
    return undefined;
  }
  return toName(fields.map(parseFormattedValue));
}

function splitUnescaped(text: string): string[] {
  const fields: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text.charAt(i) === '\\') {
      i += 1;
    } else if (text.charAt(i) === ':') {
      fields.push(text.slice(start, i));
      start = i + 1;
    }
  }
  fields.push(text.slice(start));
  return fields;
}

/**
 * Returns the value, or `undefined` if it is malformed. Programs omit backslashes and write blanks
 * instead of underscores; both are accepted, because neither is ambiguous.
 */
function parseFormattedValue(field: string): string | undefined {
  if (field === '*') {
    return CPE_ANY;
  }
  if (field === '-') {
    return CPE_NOT_APPLICABLE;
  }
  if (field === '\\-' || WORD.test(field)) {
    return field;
  }
  let value = '';
  for (let i = 0; i < field.length; i += 1) {
    const character = field.charAt(i);
    if (character === '\\') {
      i += 1;
      const escaped = unescapeCharacter(field.charAt(i));
      if (escaped === undefined) {
        return undefined;
      }
      value += escaped;
    } else if (isReadUnescaped(character)) {
      value += character;
    } else if (character === ' ') {
      value += '_';
    } else {
      return undefined;
    }
  }
  return isValue(value) ? value : undefined;
}

function isReadUnescaped(character: string): boolean {
  const isWildcard = character === '*' || character === '?';
  return isWildcard || WORD_CHARACTER.test(character) || ESCAPED_PUNCTUATION.includes(character);
}

/** Returns the meaning of a backslash followed by this character. */
function unescapeCharacter(character: string): string | undefined {
  if (character === '*' || character === '?' || character === '\\') {
    return `\\${character}`;
  }
  const isAllowed =
    character !== '' && (ESCAPED_PUNCTUATION.includes(character) || '-._'.includes(character));
  return isAllowed ? character : undefined;
}

/**
 * Whether the value is not empty and has wildcards only at its ends: one asterisk, or any number of
 * question marks.
 */
function isValue(value: string): boolean {
  const { core } = splitWildcards(value);
  return core !== '' && !hasWildcard(core);
}

function hasWildcard(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === '\\') {
      i += 1;
    } else if (character === '*' || character === '?') {
      return true;
    }
  }
  return false;
}

interface Wildcards {
  readonly before: string;
  readonly core: string;
  readonly after: string;
}

function splitWildcards(value: string): Wildcards {
  const start = runLength(value, 0, 1);
  const end = value.length - runLength(value, value.length - 1, -1);
  const isEscaped = end > start && value.charAt(end - 1) === '\\' && !isPaired(value, end);
  const coreEnd = isEscaped ? end + 1 : end;
  return {
    before: value.slice(0, start),
    core: value.slice(start, coreEnd),
    after: value.slice(coreEnd),
  };
}

/**
 * Length of the wildcard at `at` in the direction of `step`: one asterisk, or a run of question
 * marks.
 */
function runLength(value: string, at: number, step: 1 | -1): number {
  if (value.charAt(at) === '*') {
    return 1;
  }
  let length = 0;
  while (value.charAt(at + length * step) === '?') {
    length += 1;
  }
  return length;
}

/**
 * Whether the backslashes before `end` are all paired, so that none escapes the character at `end`.
 */
function isPaired(value: string, end: number): boolean {
  let count = 0;
  while (value.charAt(end - 1 - count) === '\\') {
    count += 1;
  }
  return count % 2 === 0;
}

function toName(values: readonly (string | undefined)[]): CpeName | undefined {
  const name: Record<string, string> = {};
  for (const [index, attribute] of CPE_ATTRIBUTES.entries()) {
    const value = values[index];
    if (value === undefined || !isValidValue(attribute, value)) {
      return undefined;
    }
    name[attribute] = value;
  }
  return { ...ANY_CPE, ...name };
}

function isValidValue(attribute: CpeAttribute, value: string): boolean {
  if (value === CPE_ANY || value === CPE_NOT_APPLICABLE) {
    return true;
  }
  switch (attribute) {
    case 'part':
      return PART.test(value);
    case 'language':
      return LANGUAGE.test(value);
    default:
      return true;
  }
}

const URI_ATTRIBUTES = [
  'part',
  'vendor',
  'product',
  'version',
  'update',
  'edition',
  'language',
] as const satisfies readonly CpeAttribute[];

/**
 * Attributes that are packed into the edition of a URI, separated by tildes. NISTIR 7695,
 * 6.1.2.1.1.
 */
const PACKED_ATTRIBUTES = [
  'edition',
  'softwareEdition',
  'targetSoftware',
  'targetHardware',
  'other',
] as const satisfies readonly CpeAttribute[];

function parseUri(text: string): CpeName | undefined {
  const fields = text.split(':');
  if (fields.length > URI_ATTRIBUTES.length) {
    return undefined;
  }
  const values = new Map<CpeAttribute, string | undefined>();
  for (const [index, field] of fields.entries()) {
    const attribute = URI_ATTRIBUTES[index];
    if (attribute === 'edition' && field.startsWith('~')) {
      const packed = field.slice(1).split('~');
      if (packed.length !== PACKED_ATTRIBUTES.length) {
        return undefined;
      }
      for (const [at, packedAttribute] of PACKED_ATTRIBUTES.entries()) {
        values.set(packedAttribute, parseUriValue(packed[at] ?? ''));
      }
    } else if (attribute !== undefined) {
      values.set(attribute, parseUriValue(field));
    }
  }
  return toName(
    CPE_ATTRIBUTES.map((attribute) => (values.has(attribute) ? values.get(attribute) : CPE_ANY)),
  );
}

function parseUriValue(field: string): string | undefined {
  if (field === '') {
    return CPE_ANY;
  }
  if (field === '-') {
    return CPE_NOT_APPLICABLE;
  }
  const lower = field.toLowerCase();
  let value = '';
  for (let i = 0; i < lower.length; i += 1) {
    const character = lower.charAt(i);
    if (character === '%') {
      const decoded = decodePercent(lower.slice(i + 1, i + 3));
      if (decoded === undefined) {
        return undefined;
      }
      value += decoded;
      i += 2;
    } else if (WORD_CHARACTER.test(character) || character === '~') {
      value += character;
    } else {
      return undefined;
    }
  }
  return isValue(value) ? value : undefined;
}

/** `01` and `02` encode the wildcards `?` and `*`. NISTIR 7695, 6.1.3.2. */
function decodePercent(digits: string): string | undefined {
  if (digits === '01') {
    return '?';
  }
  if (digits === '02') {
    return '*';
  }
  return /^[2-7][0-9a-f]$/.test(digits)
    ? unescapeCharacter(String.fromCharCode(Number.parseInt(digits, 16)))
    : undefined;
}

/**
 * Returns the formatted string. Values must be valid, as returned by {@link parseCpe} and {@link
 * toCpeValue}.
 */
export function formatCpe(name: CpeName): string {
  return FORMATTED_PREFIX + CPE_ATTRIBUTES.map((each) => formatValue(name[each])).join(':');
}

function formatValue(value: string): string {
  if (value === CPE_ANY) {
    return '*';
  }
  if (WORD.test(value)) {
    return value;
  }
  let text = '';
  for (const character of value) {
    text += ESCAPED_PUNCTUATION.includes(character) ? `\\${character}` : character;
  }
  return text;
}

/** Returns the URI. NISTIR 7695, 6.1.2. */
export function formatCpeUri(name: CpeName): string {
  const isPacked = PACKED_ATTRIBUTES.some((each) => each !== 'edition' && name[each] !== CPE_ANY);
  const fields = URI_ATTRIBUTES.map((attribute) =>
    attribute === 'edition' && isPacked
      ? PACKED_ATTRIBUTES.map((each) => `~${formatUriValue(name[each])}`).join('')
      : formatUriValue(name[attribute]),
  );
  while (fields.at(-1) === '') {
    fields.pop();
  }
  return URI_PREFIX + fields.join(':');
}

function formatUriValue(value: string): string {
  if (value === CPE_ANY || value === CPE_NOT_APPLICABLE) {
    return value;
  }
  let text = '';
  for (let i = 0; i < value.length; i += 1) {
    const character = value.charAt(i);
    if (character === '\\') {
      i += 1;
      text += encodePercent(value.charAt(i));
    } else if (character === '*') {
      text += '%02';
    } else if (character === '?') {
      text += '%01';
    } else {
      text += WORD_CHARACTER.test(character) ? character : encodePercent(character);
    }
  }
  return text;
}

function encodePercent(character: string): string {
  return WORD_CHARACTER.test(character)
    ? character
    : `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/**
 * Converts plain text to a value: spaces become underscores, and all other characters are literal.
 * Returns `undefined` if a CPE cannot represent it: nothing is left, or a character is not
 * printable ASCII.
 */
export function toCpeValue(text: string): string | undefined {
  let value = '';
  for (const character of text) {
    if (character === ' ') {
      value += '_';
    } else if (character === '*' || character === '?' || character === '\\') {
      value += `\\${character}`;
    } else if (WORD_CHARACTER.test(character) || ESCAPED_PUNCTUATION.includes(character)) {
      value += character;
    } else {
      return undefined;
    }
  }
  if (value === CPE_NOT_APPLICABLE) {
    return '\\-';
  }
  return value === '' ? undefined : value;
}

export type CpeRelation = 'equal' | 'superset' | 'subset' | 'disjoint' | 'undefined';

/**
 * Returns the relation between the value sets of a source and a target, without regard to case.
 * `undefined` if the target has wildcards, for which no relation is defined. NISTIR 7696, table
 * 6-2.
 */
export function compareCpeAttribute(source: string, target: string): CpeRelation {
  const left = source.toLowerCase();
  const right = target.toLowerCase();
  if (left === right) {
    return hasWildcard(right) ? 'undefined' : 'equal';
  }
  if (left === CPE_ANY) {
    return hasWildcard(right) ? 'undefined' : 'superset';
  }
  if (hasWildcard(right)) {
    return 'undefined';
  }
  if (right === CPE_ANY) {
    return 'subset';
  }
  if (left === CPE_NOT_APPLICABLE || right === CPE_NOT_APPLICABLE) {
    return 'disjoint';
  }
  return isCovered(right, left) ? 'superset' : 'disjoint';
}

/** Whether `text` matches a value that has wildcards only at its ends. */
function isCovered(text: string, pattern: string): boolean {
  const { before, core, after } = splitWildcards(pattern);
  if (before === '' && after === '') {
    return false;
  }
  const spare = text.length - core.length;
  if (spare < 0 || (before === '' && !text.startsWith(core))) {
    return false;
  }
  if (after === '' && !text.endsWith(core)) {
    return false;
  }
  const beforeMax = before === '*' ? spare : before.length;
  const afterMax = after === '*' ? spare : after.length;
  for (let start = Math.max(0, spare - afterMax); start <= Math.min(spare, beforeMax); start += 1) {
    if (text.startsWith(core, start)) {
      return true;
    }
  }
  return false;
}

/**
 * Whether the source matches every value of the target: each attribute is equal to or a superset of
 * the target's.
 */
export function isCpeSuperset(source: CpeName, target: CpeName): boolean {
  return CPE_ATTRIBUTES.every((attribute) => {
    const relation = compareCpeAttribute(source[attribute], target[attribute]);
    return relation === 'equal' || relation === 'superset';
  });
}
