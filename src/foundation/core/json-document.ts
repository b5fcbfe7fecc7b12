import { toBuffer } from './bytes.ts';
import { compareText } from './compare-text.ts';
import { escapeCiCommands } from './screen-text.ts';
import type { Sink } from './sink.ts';

/**
 * Characters that JSON allows but that control a terminal or disguise text: DEL and C1 controls,
 * line separators, and characters that change the writing direction.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Serializes a value as JSON; unsafe characters become `\uXXXX`, which has the same meaning. */
export function formatJson(value: unknown, indent?: number): string {
  return escapeUnsafe(JSON.stringify(value, undefined, indent));
}

function escapeUnsafe(text: string): string {
  // Most text is ASCII; this test takes a tenth of the time of a search.
  if (Buffer.byteLength(text) === text.length && !HINTS.some((hint) => text.includes(hint))) {
    return text;
  }
  return escapeCiCommands(text, escapeCharacter).replace(UNSAFE, escapeCharacter);
}

/** DEL, and the ASCII strings in commands to CI systems. */
const HINTS = ['\u007f', '##', 'ection_'] as const;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const SEPARATOR = ',\n';
const BATCH_CHARS = 16 * 1024;

/**
 * Writes a JSON list in batches, one element per line, so that only few elements are in memory.
 * `undefined` members are omitted, as by `JSON.stringify`.
 */
export function writeJsonList(sink: Sink, elements: Iterable<unknown>): void {
  writeTextList(sink, formatBatches(elements));
}

/** The same for elements that are already JSON. */
export function writeTextList(sink: Sink, texts: Iterable<string>): void {
  sink.write('[');
  let separator = '\n';
  for (const text of texts) {
    sink.write(separator);
    sink.write(text);
    separator = SEPARATOR;
  }
  sink.write(separator === '\n' ? ']' : '\n]');
}

/** Escapes several elements at once, because that costs about as much for each as for all. */
function* formatBatches(elements: Iterable<unknown>): Generator<string> {
  let texts: string[] = [];
  let chars = 0;
  for (const element of elements) {
    const text = JSON.stringify(element);
    texts.push(text);
    chars += text.length;
    if (chars >= BATCH_CHARS) {
      yield escapeUnsafe(texts.join(SEPARATOR));
      texts = [];
      chars = 0;
    }
  }
  if (texts.length > 0) {
    yield escapeUnsafe(texts.join(SEPARATOR));
  }
}

/** Returns the same record with its members sorted by name at every depth. */
export function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortMembers);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const members = Object.entries(value).sort(([left], [right]) => compareText(left, right));
  return Object.fromEntries(members.map(([name, member]) => [name, sortMembers(member)]));
}

export function toBase64(bytes: Uint8Array): string {
  return toBuffer(bytes).toString('base64');
}
