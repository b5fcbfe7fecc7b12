import { toBuffer } from '../../../foundation/core/bytes.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

/**
 * A value written by PHP's `serialize()`: strings, and arrays by key; all others are `undefined`.
 */
export type PhpValue = string | ReadonlyMap<string, PhpValue> | undefined;

interface Read {
  readonly value: PhpValue;
  /** Start of the next value. */
  readonly end: number;
}

/**
 * Parses a serialized value; lengths count bytes. Returns `undefined` if it is truncated, contains
 * an object, or is nested too deep. PHP manual, "serialize".
 */
export function parsePhpSerialized(content: Uint8Array, limits: Limits): PhpValue {
  const bytes = toBuffer(content);
  return readValue(bytes, 0, limits.documentDepthMax)?.value;
}

/** Longer than any number before a colon, a semicolon or a brace. */
const NUMBER_CHARS_MAX = 32;

function readValue(bytes: Buffer, at: number, depth: number): Read | undefined {
  const head = bytes.toString('latin1', at, at + NUMBER_CHARS_MAX);
  const [scalar] = /^(?:[ibd]:[^;{}"]*|N);/.exec(head) ?? [];
  if (scalar !== undefined) {
    return { value: undefined, end: at + scalar.length };
  }
  const [start, kind, count] = /^([sa]):(\d{1,9}):["{]/.exec(head) ?? [];
  if (start === undefined || depth === 0) {
    return undefined;
  }
  const from = at + start.length;
  return kind === 's'
    ? readString(bytes, from, Number(count))
    : readArray(bytes, from, Number(count), depth - 1);
}

function readString(bytes: Buffer, from: number, length: number): Read | undefined {
  const end = from + length;
  return bytes.toString('latin1', end, end + 2) === '";'
    ? { value: bytes.toString('utf8', from, end), end: end + 2 }
    : undefined;
}

function readArray(bytes: Buffer, from: number, count: number, depth: number): Read | undefined {
  const members = new Map<string, PhpValue>();
  let at = from;
  for (let index = 0; index < count; index++) {
    const key = readKey(bytes, at);
    const member = key && readValue(bytes, key.end, depth);
    if (key === undefined || member === undefined) {
      return undefined;
    }
    members.set(key.text, member.value);
    at = member.end;
  }
  return bytes[at] === 0x7d ? { value: members, end: at + 1 } : undefined;
}

function readKey(
  bytes: Buffer,
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  const head = bytes.toString('latin1', at, at + NUMBER_CHARS_MAX);
  const [number, digits] = /^i:(-?\d+);/.exec(head) ?? [];
  if (number !== undefined && digits !== undefined) {
    return { text: digits, end: at + number.length };
  }
  const [start, length] = /^s:(\d{1,9}):"/.exec(head) ?? [];
  const read =
    start === undefined ? undefined : readString(bytes, at + start.length, Number(length));
  return typeof read?.value === 'string' ? { text: read.value, end: read.end } : undefined;
}

/** Returns the string at a path of keys; empty if there is none. */
export function getPhpText(value: PhpValue, ...keys: readonly string[]): string {
  let inner = value;
  for (const key of keys) {
    inner = typeof inner === 'object' ? inner.get(key) : undefined;
  }
  return typeof inner === 'string' ? inner : '';
}
