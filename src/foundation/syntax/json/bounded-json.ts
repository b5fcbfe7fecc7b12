import { toBuffer } from '../../core/bytes.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { findClosingQuote } from './closing-quote.ts';

export interface BoundedJsonOptions {
  /** Called if an object has a member twice: JSON.parse keeps only the last one. */
  readonly onDuplicateMember?: (() => void) | undefined;
  /** Name of the document, as the subject of a sentence. */
  readonly subject: string;
  readonly limits: Limits;
}

/**
 * Parses a JSON document after checking limits on its size, depth and number of values: a list of
 * empty objects costs twenty times its own bytes.
 *
 * @throws UserError `E_LIMIT`, `E_DOCUMENT_INVALID` if it is malformed.
 */
export function parseBoundedJson(content: Uint8Array, options: BoundedJsonOptions): unknown {
  checkSize(content, options);
  return parseMeasuredJson(decodeDocument(content), {
    ...options,
    otherwise: (message, cause) => new UserError('E_DOCUMENT_INVALID', message, { cause }),
  });
}

export interface MeasuredJsonOptions extends BoundedJsonOptions {
  /** Creates the error for a malformed text. */
  readonly otherwise: (message: string, cause: unknown) => Error;
}

/**
 * Parses a JSON text after checking limits on its depth and number of values. The caller has
 * bounded its length.
 *
 * @throws UserError `E_LIMIT`, and the error of `otherwise`.
 */
export function parseMeasuredJson(text: string, options: MeasuredJsonOptions): unknown {
  const { subject, limits, otherwise } = options;
  const { depth, values, members } = measureJson(text, limits);
  if (depth > limits.documentDepthMax) {
    throw new UserError(
      'E_LIMIT',
      `${subject} is nested more deeply than the limit documentDepthMax (${limits.documentDepthMax})`,
    );
  }
  if (values > limits.documentValuesMax) {
    throw new UserError(
      'E_LIMIT',
      `${subject} has more values than the limit documentValuesMax (${limits.documentValuesMax})`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (options.onDuplicateMember !== undefined && countMembers(value) < members) {
      options.onDuplicateMember();
    }
    return value;
  } catch (cause) {
    throw otherwise(`${subject} is not valid JSON`, cause);
  }
}

/** @throws UserError `E_LIMIT` if the document is larger than `documentBytesMax`. */
export function checkSize(content: Uint8Array, { subject, limits }: BoundedJsonOptions): void {
  if (content.length > limits.documentBytesMax) {
    throw new UserError(
      'E_LIMIT',
      `${subject} is larger than the ${limits.documentBytesMax} bytes of the limit documentBytesMax`,
    );
  }
}

/**
 * Decodes content without its byte order mark. The redirections of some shells write UTF-16;
 * invalid sequences become U+FFFD.
 */
export function decodeDocument(content: Uint8Array): string {
  const [first, second, third] = content;
  const bytes = toBuffer(content);
  if (first === 0xff && second === 0xfe) {
    return bytes.toString('utf16le', 2);
  }
  const hasMark = first === 0xef && second === 0xbb && third === 0xbf;
  return bytes.toString('utf8', hasMark ? 3 : 0);
}

/** Returns the number of members of all objects in a value. */
function countMembers(value: unknown): number {
  let members = 0;
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) {
      continue;
    }
    const inner = Object.values(next);
    members += Array.isArray(next) ? 0 : inner.length;
    for (const one of inner) {
      if (typeof one === 'object' && one !== null) {
        open.push(one);
      }
    }
  }
  return members;
}

interface Measure {
  readonly depth: number;
  readonly values: number;
  /** Number of members of all objects, counted in the text. */
  readonly members: number;
}

/**
 * Returns the greatest depth and an upper bound for the number of values; stops when a limit is
 * exceeded.
 */
function measureJson(text: string, limits: Limits): Measure {
  let depth = 0;
  let depthSeen = 0;
  let values = 1;
  let members = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = findClosingQuote(text, index) ?? text.length;
        break;
      case BRACE_OPEN:
      case BRACKET_OPEN:
        depthSeen = Math.max(depthSeen, ++depth);
        values++;
        break;
      case BRACE_CLOSE:
      case BRACKET_CLOSE:
        depth--;
        break;
      case COMMA:
        values++;
        break;
      case COLON:
        members++;
        break;
    }
    if (depthSeen > limits.documentDepthMax || values > limits.documentValuesMax) {
      break;
    }
  }
  return { depth: depthSeen, values, members };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
