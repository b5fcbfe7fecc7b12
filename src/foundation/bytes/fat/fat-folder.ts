/** Size of an entry of a directory. */
export const ENTRY_BYTES = 32;
const ATTRIBUTES = { label: 0x08, folder: 0x10, longName: 0x0f };
const DELETED = 0xe5;
/** Stands for the byte that marks deleted entries. */
const ESCAPED_DELETED = 0x05;
const LOWER_CASE = { base: 0x08, extension: 0x10 };
const LAST_PART = 0x40;
/** Places of the characters in a part of a long name. */
const LONG_PARTS = [
  [1, 11],
  [14, 26],
  [28, 32],
] as const;

export interface FatEntry {
  /** `undefined` if it cannot be a name in a path. */
  readonly name: string | undefined;
  /** Offset of the entry in the directory's bytes. */
  readonly at: number;
}

/** Returns the type, the first cluster and the size of an entry. */
export function parseFatEntry(entry: Buffer): {
  readonly isFolder: boolean;
  readonly cluster: number;
  readonly sizeBytes: number;
} {
  return {
    isFolder: (entry.readUInt8(11) & ATTRIBUTES.folder) !== 0,
    cluster: entry.readUInt16LE(26) + entry.readUInt16LE(20) * 2 ** 16,
    sizeBytes: entry.readUInt32LE(28),
  };
}

/** Lists the files and directories in the bytes of a directory. Deleted ones are left out. */
export function listFatEntries(bytes: Buffer): readonly FatEntry[] {
  const found: FatEntry[] = [];
  let long = new LongName();
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const entry = bytes.subarray(at, at + ENTRY_BYTES);
    const first = entry.readUInt8(0);
    if (first === 0) break;
    const attributes = entry.readUInt8(11);
    if (first !== DELETED && attributes === ATTRIBUTES.longName) {
      long.addPart(entry);
      continue;
    }
    const isNamed = first !== DELETED && (attributes & ATTRIBUTES.label) === 0;
    const short = decodeShortName(entry);
    if (isNamed && short !== '.' && short !== '..') {
      found.push({ name: checkName(long.findName(entry) ?? short), at });
    }
    long = new LongName();
  }
  return found;
}

/** The parts of a long name, which are before the entry with the short one, the last one first. */
class LongName {
  #text = '';
  #missing = 0;
  #checksum = -1;

  addPart(entry: Buffer): void {
    const order = entry.readUInt8(0);
    const number = order & ~LAST_PART;
    const checksum = entry.readUInt8(13);
    if ((order & LAST_PART) !== 0) {
      this.#text = '';
      this.#missing = number;
      this.#checksum = checksum;
    }
    const isNext = number === this.#missing && checksum === this.#checksum;
    this.#missing = isNext ? number - 1 : -1;
    const part = LONG_PARTS.map(([start, end]) => entry.toString('utf16le', start, end)).join('');
    this.#text = part + this.#text;
  }

  /** Returns the name if it is complete and belongs to the entry. */
  findName(entry: Buffer): string | undefined {
    if (this.#missing !== 0 || this.#checksum !== sumShortName(entry)) return undefined;
    return this.#text.split('\0', 1)[0];
  }
}

function sumShortName(entry: Buffer): number {
  let sum = 0;
  for (const byte of entry.subarray(0, 11)) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}

function decodeShortName(entry: Buffer): string {
  const bytes = Buffer.from(entry.subarray(0, 11));
  if (bytes[0] === ESCAPED_DELETED) bytes[0] = DELETED;
  const flags = entry.readUInt8(12);
  // Other characters depend on the language of the machine that wrote them.
  const text = bytes.toString('latin1').replaceAll(/[^ -~]/gu, '\uFFFD');
  const base = text.slice(0, 8).trimEnd();
  const extension = text.slice(8).trimEnd();
  const shownBase = (flags & LOWER_CASE.base) === 0 ? base : base.toLowerCase();
  const shown = (flags & LOWER_CASE.extension) === 0 ? extension : extension.toLowerCase();
  return shown === '' ? shownBase : `${shownBase}.${shown}`;
}

function checkName(name: string): string | undefined {
  const isValid = name !== '' && name.isWellFormed() && !/[/\uFFFD]/u.test(name);
  return isValid && name !== '.' && name !== '..' ? name : undefined;
}
