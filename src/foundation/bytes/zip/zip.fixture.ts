import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a test archive; omitted members have plain defaults. */
export interface ZipFixtureEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly isStored?: boolean;
  /** Written instead of the size of the content. */
  readonly sizeBytes?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Sizes follow the content only; the local header has none. */
  readonly hasDescriptor?: boolean;
  /** Sizes and offset use 64 bits. */
  readonly isWide?: boolean;
  /** The directory points to the entry with this number instead. */
  readonly sameAs?: number;
}

export interface ZipFixtureOptions {
  readonly entryCount?: number;
  readonly comment?: string;
  /** Prefix of the archive, not included in its offsets. */
  readonly prefix?: string;
  readonly isWide?: boolean;
}

const MISSING = 0xffffffff;

/** Creates a zip archive. */
export function createZip(
  entries: readonly ZipFixtureEntry[],
  options: ZipFixtureOptions = {},
): Buffer {
  const parts: Buffer[] = [];
  const headers: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const data = entry.isStored ? content : deflateRawSync(content);
    const local = createLocalHeader(entry, content, data);
    const descriptor = entry.hasDescriptor ? createDescriptor(content, data) : Buffer.alloc(0);
    offsets.push(at);
    const offset = entry.sameAs === undefined ? at : (offsets[entry.sameAs] ?? 0);
    headers.push(createDirectoryHeader(entry, { content, data, offset }));
    parts.push(local, data, descriptor);
    at += local.length + data.length + descriptor.length;
  }
  const directory = Buffer.concat(headers);
  const end = parseDirectoryEnd(
    options.entryCount ?? entries.length,
    directory.length,
    at,
    options,
  );
  return Buffer.concat([Buffer.from(options.prefix ?? ''), ...parts, directory, end]);
}

function describeFields(
  entry: ZipFixtureEntry,
  content: Buffer,
  data: Buffer,
): { readonly method: number; readonly flags: number; readonly sizes: readonly number[] } {
  return {
    method: entry.method ?? (entry.isStored ? 0 : 8),
    flags: (entry.flags ?? 0) | (entry.hasDescriptor ? 8 : 0),
    sizes: [data.length, entry.sizeBytes ?? content.length],
  };
}

function createLocalHeader(entry: ZipFixtureEntry, content: Buffer, data: Buffer): Buffer {
  const { method, flags, sizes } = describeFields(entry, content, data);
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  if (!entry.hasDescriptor) {
    header.writeUInt32LE(crc32(content), 14);
    header.writeUInt32LE(sizes[0] ?? 0, 18);
    header.writeUInt32LE(sizes[1] ?? 0, 22);
  }
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function createDescriptor(content: Buffer, data: Buffer): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(crc32(content), 4);
  descriptor.writeUInt32LE(data.length, 8);
  descriptor.writeUInt32LE(content.length, 12);
  return descriptor;
}

function createDirectoryHeader(
  entry: ZipFixtureEntry,
  place: { readonly content: Buffer; readonly data: Buffer; readonly offset: number },
): Buffer {
  const { method, flags, sizes } = describeFields(entry, place.content, place.data);
  const name = Buffer.from(entry.name);
  const [compressed = 0, size = 0] = sizes;
  const extra = entry.isWide ? createZip64Extra([size, compressed, place.offset]) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(method, 10);
  header.writeUInt32LE(crc32(place.content), 16);
  header.writeUInt32LE(entry.isWide ? MISSING : compressed, 20);
  header.writeUInt32LE(entry.isWide ? MISSING : size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(entry.isWide ? MISSING : place.offset, 42);
  return Buffer.concat([header, name, extra]);
}

function createZip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  for (const [index, value] of values.entries()) {
    extra.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  }
  return extra;
}

function parseDirectoryEnd(
  count: number,
  directoryBytes: number,
  offset: number,
  options: ZipFixtureOptions,
): Buffer {
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.isWide ? 0xffff : count, 10);
  end.writeUInt32LE(options.isWide ? MISSING : directoryBytes, 12);
  end.writeUInt32LE(options.isWide ? MISSING : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  const wide = options.isWide ? createZip64End(count, directoryBytes, offset) : Buffer.alloc(0);
  return Buffer.concat([wide, end, comment]);
}

function createZip64End(count: number, directoryBytes: number, offset: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + directoryBytes), 8);
  return Buffer.concat([record, locator]);
}
