import { assert } from '../../core/assert.ts';
import type { TarDetails } from './tar-entry.ts';
import { BLOCK_BYTES } from './tar-header.ts';
import { encodeText } from './tar-text.ts';

/** Types of entries that are written, by their flags. */
export const TYPE_FLAGS = {
  regular: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
} as const;

export type WrittenType = keyof typeof TYPE_FLAGS;

/** Metadata of one entry to write. Names are decoded as by `decodeText`. */
export interface WrittenEntry extends TarDetails {
  /** Relative to the root, without a slash at the end. */
  readonly name: string;
  /** Empty if the type is not a link. */
  readonly linkName: string;
  readonly type: WrittenType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Size of the content; 0 unless the entry is a regular file. */
  readonly sizeBytes: number;
}

/** Two blocks of zeros end an archive. POSIX.1-2024, pax, "ustar Interchange Format". */
export const ARCHIVE_END: Uint8Array = new Uint8Array(2 * BLOCK_BYTES);

const NAME_BYTES = 100;
/** Largest values of numbers with 7 and 11 octal digits. */
const SHORT_MAX = 0o7777777;
const LONG_MAX = 0o77777777777;

/**
 * Creates the header of an entry in the pax interchange format. An extended header precedes it only
 * if a name, a number, a time or an attribute does not fit the plain one, so that the same entry
 * always gives the same bytes. Owners are numbers; names that are not UTF-8 stay as they are.
 */
export function createTarHeader(entry: WrittenEntry): Uint8Array {
  const { type, uid, gid, sizeBytes } = entry;
  assert(type === 'regular' || sizeBytes === 0, 'only regular files have content');
  const path = encodeText(type === 'directory' ? `${entry.name}/` : entry.name);
  const link = encodeText(entry.linkName);
  const time = parseTime(entry.modified);
  const records = createRecords(entry, { path, link, time });
  const header = createBlock(TYPE_FLAGS[type], path, {
    mode: entry.mode,
    uid: uid <= SHORT_MAX ? uid : 0,
    gid: gid <= SHORT_MAX ? gid : 0,
    sizeBytes: sizeBytes <= LONG_MAX ? sizeBytes : 0,
    seconds: time.fits ? Number(time.seconds) : 0,
    link,
    device: [entry.deviceMajor, entry.deviceMinor],
  });
  if (records.length === 0) {
    return header;
  }
  const content = Buffer.concat(records);
  const extended = createBlock('x', Buffer.from('PaxHeaders.0/entry'), {
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: content.length,
    seconds: 0,
    link: EMPTY,
    device: [0, 0],
  });
  return Buffer.concat([extended, content, createPadding(content.length), header]);
}

/** Returns the zeros that follow content of this size. */
export function createPadding(sizeBytes: number): Uint8Array {
  return ARCHIVE_END.subarray(0, (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

const EMPTY: Uint8Array = new Uint8Array(0);

interface Time {
  readonly text: string;
  readonly seconds: bigint;
  /** Whether the plain header can hold it. */
  readonly fits: boolean;
}

/** Parses a valid time of an archive, and brings it into one form. */
function parseTime(text: string): Time {
  const [whole = '', digits = ''] = text.split('.');
  const seconds = BigInt(whole.replace(/^\+/, ''));
  const fraction = digits.replace(/0+$/, '');
  const sign = seconds === 0n && whole.startsWith('-') && fraction !== '' ? '-' : '';
  return {
    text: sign + String(seconds) + (fraction === '' ? '' : `.${fraction}`),
    seconds,
    fits: fraction === '' && seconds >= 0n && seconds <= BigInt(LONG_MAX),
  };
}

interface EncodedParts {
  readonly path: Uint8Array;
  readonly link: Uint8Array;
  readonly time: Time;
}

/** Everything that the plain header cannot hold, sorted by key except for the character set. */
function createRecords(entry: WrittenEntry, { path, link, time }: EncodedParts): Uint8Array[] {
  const { uid, gid, sizeBytes, accessed, changed, attributes } = entry;
  const values = new Map<string, Uint8Array>(attributes);
  const setText = (key: string, text: string): void => void values.set(key, Buffer.from(text));
  if (path.length > NAME_BYTES) {
    values.set('path', path);
  }
  if (link.length > NAME_BYTES) {
    values.set('linkpath', link);
  }
  if (!time.fits) {
    setText('mtime', time.text);
  }
  if (accessed !== undefined) {
    setText('atime', parseTime(accessed).text);
  }
  if (changed !== undefined) {
    setText('ctime', parseTime(changed).text);
  }
  for (const [key, value, most] of [
    ['uid', uid, SHORT_MAX],
    ['gid', gid, SHORT_MAX],
    ['size', sizeBytes, LONG_MAX],
  ] as const) {
    if (value > most) {
      setText(key, String(value));
    }
  }
  const keys = [...values.keys()].sort((left, right) =>
    Buffer.compare(encodeText(left), encodeText(right)),
  );
  const records = keys.map((key) => encodeRecord(key, values.get(key) ?? EMPTY));
  // POSIX.1-2024, pax: without this record, names are UTF-8.
  const isBinary = [values.get('path'), values.get('linkpath')].some(
    (name) => name !== undefined && !isUtf8(name),
  );
  return isBinary ? [encodeRecord('hdrcharset', Buffer.from('BINARY')), ...records] : records;
}

function isUtf8(bytes: Uint8Array): boolean {
  return Buffer.from(Buffer.from(bytes).toString()).equals(bytes);
}

/** `LENGTH KEY=VALUE` and a newline; the length counts the whole record. */
function encodeRecord(key: string, value: Uint8Array): Uint8Array {
  const start = Buffer.concat([Buffer.from(' '), encodeText(key), Buffer.from('=')]);
  const rest = start.length + value.length + 1;
  let length = rest + 1;
  while (String(length).length + rest !== length) {
    length = String(length).length + rest;
  }
  return Buffer.concat([Buffer.from(String(length)), start, value, Buffer.from('\n')]);
}

interface BlockValues {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly seconds: number;
  readonly link: Uint8Array;
  readonly device: readonly [number, number];
}

function createBlock(typeFlag: string, path: Uint8Array, values: BlockValues): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(path.subarray(0, NAME_BYTES), 0);
  writeNumber(block, 100, 8, values.mode);
  writeNumber(block, 108, 8, values.uid);
  writeNumber(block, 116, 8, values.gid);
  writeNumber(block, 124, 12, values.sizeBytes);
  writeNumber(block, 136, 12, values.seconds);
  block.write(typeFlag, 156);
  block.set(values.link.subarray(0, NAME_BYTES), 157);
  block.write('ustar\x0000', 257);
  writeNumber(block, 329, 8, values.device[0]);
  writeNumber(block, 337, 8, values.device[1]);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Octal digits and a NUL; a larger number, as of an odd device, in base 256 as in GNU tar. */
function writeNumber(block: Buffer, offset: number, length: number, value: number): void {
  const digits = value.toString(8);
  if (value >= 0 && digits.length < length) {
    block.write(digits.padStart(length - 1, '0'), offset);
    return;
  }
  let rest = BigInt(value);
  for (let at = offset + length - 1; at >= offset; at--) {
    block[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  block[offset] = (block[offset] ?? 0) | 0x80;
}
