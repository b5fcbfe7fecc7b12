import { toBuffer } from '../../../../foundation/core/bytes.ts';
/** Name of a library with its path in the cache. */
export type CacheEntry = readonly [name: string, path: string];

const OLD_MAGIC = 'ld.so-1.7.0';
const NEW_MAGIC = 'glibc-ld.so.cache1.1';
const OLD_HEADER_BYTES = 16;
const OLD_ENTRY_BYTES = 12;
const NEW_HEADER_BYTES = 48;
const NEW_ENTRY_BYTES = 24;

/**
 * Reads the names and paths of `/etc/ld.so.cache` in order. glibc, `sysdeps/generic/dl-cache.h`: an
 * old part may precede the new one; string offsets are relative to their part.
 *
 * @param entriesMax further entries are left out
 */
export function readLoaderCache(content: Uint8Array, entriesMax: number): readonly CacheEntry[] {
  const bytes = toBuffer(content);
  if (hasText(bytes, 0, NEW_MAGIC)) {
    return readNewEntries(bytes, 0, entriesMax);
  }
  if (!hasText(bytes, 0, OLD_MAGIC) || bytes.length < OLD_HEADER_BYTES) {
    return [];
  }
  const count = bytes.readUInt32LE(12);
  const end = OLD_HEADER_BYTES + count * OLD_ENTRY_BYTES;
  const aligned = Math.ceil(end / 8) * 8;
  return hasText(bytes, aligned, NEW_MAGIC)
    ? readNewEntries(bytes, aligned, entriesMax)
    : readOldEntries(bytes, { count, end, entriesMax });
}

function hasText(bytes: Buffer, at: number, text: string): boolean {
  return bytes.subarray(at, at + text.length).equals(Buffer.from(text));
}

function readNewEntries(bytes: Buffer, start: number, entriesMax: number): readonly CacheEntry[] {
  if (bytes.length < start + NEW_HEADER_BYTES) {
    return [];
  }
  const count = Math.min(bytes.readUInt32LE(start + NEW_MAGIC.length), entriesMax);
  const entries: CacheEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = start + NEW_HEADER_BYTES + index * NEW_ENTRY_BYTES;
    if (at + NEW_ENTRY_BYTES > bytes.length) {
      break;
    }
    const name = readCacheText(bytes, start + bytes.readUInt32LE(at + 4));
    const path = readCacheText(bytes, start + bytes.readUInt32LE(at + 8));
    entries.push([name, path]);
  }
  return entries;
}

function readOldEntries(
  bytes: Buffer,
  {
    count,
    end,
    entriesMax,
  }: { readonly count: number; readonly end: number; readonly entriesMax: number },
): readonly CacheEntry[] {
  const entries: CacheEntry[] = [];
  for (let index = 0; index < Math.min(count, entriesMax); index += 1) {
    const at = OLD_HEADER_BYTES + index * OLD_ENTRY_BYTES;
    if (at + OLD_ENTRY_BYTES > bytes.length) {
      break;
    }
    const name = readCacheText(bytes, end + bytes.readUInt32LE(at + 4));
    const path = readCacheText(bytes, end + bytes.readUInt32LE(at + 8));
    entries.push([name, path]);
  }
  return entries;
}

const TEXT_BYTES_MAX = 4_096;

function readCacheText(bytes: Buffer, offset: number): string {
  const window = bytes.subarray(offset, offset + TEXT_BYTES_MAX);
  const end = window.indexOf(0);
  return window.toString('utf8', 0, end === -1 ? window.length : end);
}
