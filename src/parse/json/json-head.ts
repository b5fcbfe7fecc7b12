import { documentText } from './bounded-json.ts';

/** The members that the beginning of a JSON object shows. */
export interface JsonHead {
  /** Names of its own members, in order. */
  readonly names: readonly string[];
  /** Members that are texts, of the object and of the objects in it, e.g. `schema.id`. */
  readonly texts: ReadonlyMap<string, string>;
}

const NAMES_MAX = 1_000;
const DEPTH_MAX = 2;
const KEPT_BYTES_MAX = 1024 * 1024;

/**
 * What the first bytes of a JSON object tell, wherever they are cut off; `undefined` where they do
 * not begin one.
 */
export function jsonHead(head: Uint8Array): JsonHead | undefined {
  if (head.length > KEPT_BYTES_MAX) {
    return findHead(head);
  }
  if (last === undefined || !last.bytes.equals(head)) {
    last = { bytes: Buffer.from(head), found: findHead(head) };
  }
  return last.found;
}

/** Every reader asks about the same bytes in turn. */
let last: { readonly bytes: Buffer; readonly found: JsonHead | undefined } | undefined;

function findHead(head: Uint8Array): JsonHead | undefined {
  const text = documentText(head);
  const start = skipSpace(text, 0);
  if (text.charAt(start) !== '{') {
    return undefined;
  }
  return scanHead(text, start);
}

/** Follows the brackets; a name is a text before a colon in an object. */
function scanHead(text: string, start: number): JsonHead {
  const names: string[] = [];
  const texts = new Map<string, string>();
  const path: string[] = [];
  const containers: string[] = [];
  let member = '';
  for (let at = start; at < text.length && names.length < NAMES_MAX; at++) {
    const character = text.charAt(at);
    if (character === '{' || character === '[') {
      containers.push(character);
      path.push(member);
    } else if (character === '}' || character === ']') {
      containers.pop();
      path.pop();
    } else if (character === '"') {
      const end = closingQuote(text, at);
      if (end === undefined) {
        break;
      }
      const content = text.slice(at + 1, end);
      at = end;
      const isShallow = containers.length <= DEPTH_MAX && containers.every((each) => each === '{');
      if (!isShallow) {
        continue;
      }
      const colon = skipSpace(text, end + 1);
      if (text.charAt(colon) === ':') {
        member = content;
        if (containers.length === 1) {
          names.push(content);
        }
      } else {
        texts.set([...path.slice(1), member].join('.'), content);
      }
    }
    if (containers.length === 0) {
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

function closingQuote(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') {
      at++;
    } else if (text.charAt(at) === '"') {
      return at;
    }
  }
  return undefined;
}
