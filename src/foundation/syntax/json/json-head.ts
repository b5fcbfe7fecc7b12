import { decodeDocument } from './bounded-json.ts';
import { findClosingQuote } from './closing-quote.ts';

/** The members at the start of a JSON object. */
export interface JsonHead {
  /** Names of its own members, in order. */
  readonly names: readonly string[];
  /** Members that are strings, of the object and of nested objects, e.g. `schema.id`. */
  readonly texts: ReadonlyMap<string, string>;
}

const NAMES_MAX = 1_000;
const DEPTH_MAX = 2;
const KEPT_BYTES_MAX = 1024 * 1024;

/**
 * Parses the first bytes of a JSON object, truncated anywhere; `undefined` if they do not begin
 * one.
 */
export function readJsonHead(head: Uint8Array): JsonHead | undefined {
  if (head.length > KEPT_BYTES_MAX) {
    return findHead(head);
  }
  if (last === undefined || !last.bytes.equals(head)) {
    last = { bytes: Buffer.from(head), found: findHead(head) };
  }
  return last.found;
}

/** All readers check the same bytes one after the other. */
let last: { readonly bytes: Buffer; readonly found: JsonHead | undefined } | undefined;

function findHead(head: Uint8Array): JsonHead | undefined {
  const text = decodeDocument(head);
  const start = skipSpace(text, 0);
  if (text.charAt(start) !== '{') {
    return undefined;
  }
  return scanHead(text, start);
}

/** Follows the brackets; a name is a string before a colon in an object. */
function scanHead(text: string, start: number): JsonHead {
  const names: string[] = [];
  const texts = new Map<string, string>();
  const path: string[] = [];
  let member = '';
  /** Number of the outermost containers that are objects, before the first list. */
  let objects = 0;
  for (let at = start; at < text.length && names.length < NAMES_MAX; at++) {
    const character = text.charCodeAt(at);
    if (character === BRACE_OPEN || character === BRACKET_OPEN) {
      objects += character === BRACE_OPEN && objects === path.length ? 1 : 0;
      path.push(member);
    } else if (character === BRACE_CLOSE || character === BRACKET_CLOSE) {
      path.pop();
      objects = Math.min(objects, path.length);
    } else if (character === QUOTE) {
      const end = findClosingQuote(text, at);
      if (end === undefined) {
        break;
      }
      const from = at + 1;
      at = end;
      if (path.length > DEPTH_MAX || objects < path.length) {
        continue;
      }
      const content = text.slice(from, end);
      const colon = skipSpace(text, end + 1);
      if (text.charCodeAt(colon) === COLON) {
        member = content;
        if (path.length === 1) {
          names.push(content);
        }
      } else {
        texts.set([...path.slice(1), member].join('.'), content);
      }
    }
    if (path.length === 0) {
      break;
    }
  }
  return { names, texts };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) {
    at++;
  }
  return at;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
