import { BLOCK_BYTES } from './tar-header.ts';

/** One entry of a test archive; omitted members have plain defaults. */
export interface FixtureEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly typeFlag?: string;
  readonly linkName?: string;
  readonly mode?: number;
  readonly uid?: number;
  /** Written instead of the size of the content. */
  readonly sizeBytes?: number;
  readonly prefix?: string;
  /** `v7` has no magic, `gnu` has GNU's own. */
  readonly dialect?: 'ustar' | 'gnu' | 'v7';
  /** Applied to the finished block before its checksum. */
  readonly patch?: (block: Buffer) => void;
}

/** Creates an archive with its end-of-archive blocks. */
export function createTar(entries: readonly FixtureEntry[]): Buffer {
  return Buffer.concat([...entries.map(createTarEntry), Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** Creates the header and padded content of one entry. */
export function createTarEntry(entry: FixtureEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const padding = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.concat([createTarHeader(entry, content.length), content, Buffer.alloc(padding)]);
}

/** Creates an extended header, which precedes its entry. */
export function createPaxHeader(records: Readonly<Record<string, string>>): FixtureEntry {
  const content = Object.entries(records)
    .map(([key, value]) => createPaxRecord(key, value))
    .join('');
  return { name: 'PaxHeaders/x', typeFlag: 'x', content };
}

function createPaxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) {
    length = String(length).length + rest;
  }
  return `${length} ${key}=${value}\n`;
}

function createTarHeader(entry: FixtureEntry, contentBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(entry.name, 0, 100);
  block.write(formatOctal(entry.mode ?? 0o644, 7), 100);
  block.write(formatOctal(entry.uid ?? 0, 7), 108);
  block.write(formatOctal(0, 7), 116);
  block.write(formatOctal(entry.sizeBytes ?? contentBytes, 11), 124);
  block.write(formatOctal(0, 11), 136);
  block.write(entry.typeFlag ?? '0', 156);
  block.write(entry.linkName ?? '', 157, 100);
  if (entry.dialect === 'gnu') {
    block.write('ustar  \0', 257);
  } else if (entry.dialect !== 'v7') {
    block.write('ustar\x0000', 257);
    block.write(entry.prefix ?? '', 345, 155);
  }
  entry.patch?.(block);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${formatOctal(sum, 6)}\0 `, 148);
  return block;
}

function formatOctal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
