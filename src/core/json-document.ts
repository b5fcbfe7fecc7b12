import { bufferOf } from './bytes.ts';
import { compareText } from './compare-text.ts';
import { escapeCiCommands } from './screen-text.ts';
import type { Sink } from './sink.ts';

/**
 * Characters that JSON allows as they are, but that steer a terminal or disguise a text where
 * somebody looks at the document: DEL and C1 controls, line separators, and what changes the
 * direction of writing.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON of a value; unsafe characters become `\uXXXX`, which means the same. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  // Nearly all is ASCII, which is told in a tenth of the time of a search.
  if (Buffer.byteLength(text) === text.length && !HINTS.some((hint) => text.includes(hint))) {
    return text;
  }
  return escapeCiCommands(text, escapeCharacter).replace(UNSAFE, escapeCharacter);
}

/** DEL, and the strings that commands to CI systems contain in ASCII. */
const HINTS = ['\u007f', '##', 'ection_'] as const;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Writes a JSON list piece by piece, one element a line, so that a document of any size costs the
 * memory of one element. `undefined` members of an element are left out, as `JSON.stringify` does.
 */
export function writeJsonList(sink: Sink, elements: Iterable<unknown>): void {
  writeList(sink, elements, jsonText);
}

/** The same of elements that are JSON already. */
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

/** The same record with its members, at every depth, in the order of their names. */
export function sortedMembers(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortedMembers);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const members = Object.entries(value).sort(([left], [right]) => compareText(left, right));
  return Object.fromEntries(members.map(([name, member]) => [name, sortedMembers(member)]));
}

export function base64Of(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('base64');
}
