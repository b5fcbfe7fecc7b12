import { toBuffer } from '../../core/bytes.ts';
import { decodeText } from './tar-text.ts';

/** Records of an extended header that matter to a reader of content. */
export interface PaxRecords {
  /** The last value of each key; an empty one keeps the header's own value. */
  readonly values: ReadonlyMap<string, string>;
  /** Keys of names and sizes with two different values in the header. */
  readonly contradicted: ReadonlySet<string>;
  /** Whether it sets attributes that overlayfs obeys. */
  readonly hasOverlayAttributes: boolean;
  /** The last value of each attribute of a file by its whole key; empty if not requested. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

const NEWLINE = 0x0a;
const EQUALS = 0x3d;
const SPACE = 0x20;
const RECORD_BYTES_MIN = 5;

/** File system attributes as GNU tar and container tools write them. */
export const CAPABILITY_KEY = 'SCHILY.xattr.security.capability';
/** Attributes, access control lists and flags as GNU tar, star and libarchive write them. */
const ATTRIBUTE = /^(?:SCHILY\.(?:xattr|acl|fflags)|LIBARCHIVE\.xattr|RHT\.security)\b/;
const OVERLAY_ATTRIBUTE = /^SCHILY\.xattr\.(?:trusted|user)\.overlay\./;

/** Values that name a file or the size of its content. */
export const DECIDING_KEYS = ['path', 'linkpath', 'size', 'GNU.sparse.name'] as const;
const NUMBER_KEYS = ['size', 'uid', 'gid'] as const;
const TIME_KEYS = ['mtime', 'atime', 'ctime'] as const;
/** Texts in which Go refuses a NUL. */
const NAME_KEYS = new Set(['path', 'linkpath', 'uname', 'gname']);
const USED_KEYS = new Set<string>([
  'path',
  'linkpath',
  CAPABILITY_KEY,
  ...NUMBER_KEYS,
  ...TIME_KEYS,
]);

/**
 * Reads "length key=value" records as Go's archive/tar does, `parsePAX`: the length counts the
 * whole record in bytes, and one malformed record makes the header malformed; the result is then
 * `undefined`.
 *
 * @param keepsAttributes whether the result contains {@link PaxRecords.attributes}
 */
export function parsePaxRecords(
  bytes: Uint8Array,
  keepsAttributes = false,
): PaxRecords | undefined {
  const values = new Map<string, string>();
  const attributes = new Map<string, Uint8Array>();
  const contradicted = new Set<string>();
  const fragments: string[] = [];
  let hasOverlayAttributes = false;
  for (let at = 0; at < bytes.length; ) {
    const record = parseRecord(bytes, at);
    if (record === undefined) {
      return undefined;
    }
    const { key, value } = record;
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
      const isInOrder = (fragments.length % 2 === 0) === (key === 'GNU.sparse.offset');
      if (!isInOrder || value.includes(',')) {
        return undefined;
      }
      fragments.push(value);
    } else if (USED_KEYS.has(key) || key.startsWith('GNU.sparse.')) {
      const known = values.get(key);
      if (isDeciding(key) && known !== undefined && known !== value) {
        contradicted.add(key);
      }
      values.set(key, value);
    }
    if (keepsAttributes && ATTRIBUTE.test(key)) {
      attributes.set(key, record.bytes.slice());
    }
    hasOverlayAttributes ||= OVERLAY_ATTRIBUTE.test(key);
    at = record.end;
  }
  // Format 0.0 has one record per number of the map, format 0.1 one for all of them.
  if (fragments.length > 0) {
    values.set('GNU.sparse.map', fragments.join(','));
  }
  return { values, contradicted, hasOverlayAttributes, attributes };
}

function isDeciding(key: string): boolean {
  return DECIDING_KEYS.some((each) => each === key);
}

interface PaxRecord {
  readonly key: string;
  readonly value: string;
  /** The value as written: a window into the header. */
  readonly bytes: Uint8Array;
  readonly end: number;
}

function parseRecord(bytes: Uint8Array, at: number): PaxRecord | undefined {
  const space = bytes.indexOf(SPACE, at);
  const length = space < 0 ? undefined : parseInt64(decodeText(bytes, at, space));
  if (length === undefined || length < RECORD_BYTES_MIN || length > bytes.length - at) {
    return undefined;
  }
  const end = at + Number(length);
  const equals = bytes.indexOf(EQUALS, space);
  if (bytes[end - 1] !== NEWLINE || equals <= space + 1 || equals >= end - 1) {
    return undefined;
  }
  const key = decodeText(bytes, space + 1, equals);
  const content = bytes.subarray(equals + 1, end - 1);
  const value = decodeValue(key, content);
  const text = NAME_KEYS.has(key) ? value : key;
  return text.includes('\0') ? undefined : { key, value, bytes: content, end };
}

/** The value of an attribute is binary: its bytes become hexadecimal digits. */
function decodeValue(key: string, bytes: Uint8Array): string {
  return key === CAPABILITY_KEY ? toBuffer(bytes).toString('hex') : decodeText(bytes);
}

/** Returns whether all numbers and times that Go checks are well formed. */
export function areNumbersValid({ values }: PaxRecords): boolean {
  return (
    NUMBER_KEYS.every((key) => isAbsentOr(values.get(key), isInt64)) &&
    TIME_KEYS.every((key) => isAbsentOr(values.get(key), isTime))
  );
}

function isAbsentOr(value: string | undefined, isValid: (text: string) => boolean): boolean {
  return value === undefined || value === '' || isValid(value);
}

function isInt64(text: string): boolean {
  return parseInt64(text) !== undefined;
}

/** Seconds with fractional digits. */
function isTime(text: string): boolean {
  const point = text.indexOf('.');
  return point < 0
    ? isInt64(text)
    : isInt64(text.slice(0, point)) && /^[0-9]*$/.test(text.slice(point + 1));
}

const INT64_MAX = (1n << 63n) - 1n;

/** Parses a decimal number as Go's `strconv.ParseInt` does, with 64 bits. */
export function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    return undefined;
  }
  const digits = text.replace(/^[+-]?0*/, '');
  if (digits.length > 19) {
    return undefined;
  }
  const value = BigInt(digits === '' ? '0' : digits) * (text.startsWith('-') ? -1n : 1n);
  return value > INT64_MAX || value < -INT64_MAX - 1n ? undefined : value;
}
