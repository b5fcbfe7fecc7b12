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
  const text = JSON.stringify(value, undefined, indent);
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

/**
 * Writes a JSON list piece by piece, one element per line, so that only one element is in memory.
 * `undefined` members are omitted, as by `JSON.stringify`.
 */
export function writeJsonList(sink: Sink, elements: Iterable<unknown>): void {
  writeList(sink, elements, formatJson);
}

/** The same for elements that are already JSON. */
export function writeTextList(sink: Sink, texts: Iterable<string>): void {
  writeList(sink, texts, (text) => text);
}

function writeList<Element>(
  sink: Sink,
  elements: Iterable<Element>,
  textOf: (element: Element) => string,
): void {
  sink.write('[');
  let separator = '\n';
  for (const element of elements) {
    sink.write(separator + textOf(element));
    separator = ',\n';
  }
  sink.write(separator === '\n' ? ']' : '\n]');
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
