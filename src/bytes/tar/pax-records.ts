import { bufferOf } from '../../core/bytes.ts';
import { decodeText } from './tar-header.ts';

/** The records of an extended header that mean something to a reader of content. */
export interface PaxRecords {
  readonly values: ReadonlyMap<string, string>;
  /** What is wrong with the rest, where the header is not well formed to its end. */
  readonly fault?: string;
}

const NEWLINE = 0x0a;
const EQUALS = 0x3d;
const SPACE = 0x20;
const LENGTH_DIGITS_MAX = 10;

/**
 * Reads "length key=value" records. POSIX.1-2024, pax, "pax Extended Header": the length counts the
 * whole record in bytes, an empty value takes back what an earlier header said.
 */
export function parsePaxRecords(bytes: Uint8Array): PaxRecords {
  const values = new Map<string, string>();
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(SPACE, at);
    const length =
      space < 0 || space - at > LENGTH_DIGITS_MAX ? undefined : digits(bytes, at, space);
    if (length === undefined) {
      return { values, fault: 'a record of the extended header has no length' };
    }
    const end = at + length;
    if (end > bytes.length || end <= space + 1 || bytes[end - 1] !== NEWLINE) {
      return { values, fault: 'a record of the extended header has a wrong length' };
    }
    const equals = bytes.indexOf(EQUALS, space);
    if (equals < 0 || equals >= end) {
      return { values, fault: 'a record of the extended header has no value' };
    }
    const key = decodeText(bytes, space + 1, equals);
    const value = valueOf(key, bytes.subarray(equals + 1, end - 1));
    if (value === '') {
      values.delete(key);
    } else if (isOfUse(key)) {
      values.set(key, value);
    }
    at = end;
  }
  return { values };
}

/** Attributes of the file system as GNU tar and the tools for containers write them. */
export const CAPABILITY_KEY = 'SCHILY.xattr.security.capability';

/** Of an attribute, whose value is no text, its bytes as hexadecimal digits. */
function valueOf(key: string, bytes: Uint8Array): string {
  return key === CAPABILITY_KEY
    ? bufferOf(bytes).toString('hex')
    : decodeText(bytes, 0, bytes.length);
}

function isOfUse(key: string): boolean {
  switch (key) {
    case CAPABILITY_KEY:
    case 'path':
    case 'linkpath':
    case 'size':
    case 'uid':
    case 'gid':
      return true;
    default:
      return key.startsWith('GNU.sparse.');
  }
}

function digits(bytes: Uint8Array, start: number, end: number): number | undefined {
  let value = 0;
  for (let index = start; index < end; index++) {
    const digit = (bytes[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) {
      return undefined;
    }
    value = value * 10 + digit;
  }
  return end > start ? value : undefined;
}

/** A number of an extended header; `undefined` where the text is not one. */
export function paxNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9]{1,16}$/.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
