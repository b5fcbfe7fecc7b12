import { ByteBuffer, ByteCursor } from './byte-buffer.ts';
import { compressPage, expandPage, LEVEL_MAX, type PageSpan } from './page.ts';

/**
 * A page file: the header, pages, each after the pages that it lists, and the footer with the place
 * of the root.
 */
export const FILE_HEADER: Buffer = Buffer.from('plimsoll pages 1');
export const FOOTER_BYTES = 32;

const POSITION_BYTES = 6;
const LEVEL_AT = 6;
const STORED_BYTES_AT = 8;
const PAGE_BYTES_AT = 12;
const MAGIC_AT = 16;

/** Bytes of a page before compression: far above any real page, far below the available memory. */
export const PAGE_BYTES_MAX = 512 * 1024 * 1024;

/** Place and level of the root. */
export interface Footer {
  readonly span: PageSpan;
  readonly level: number;
}

export function encodeFooter({ span, level }: Footer): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUIntLE(span.position, 0, POSITION_BYTES);
  footer.writeUInt16LE(level, LEVEL_AT);
  footer.writeUInt32LE(span.storedBytes, STORED_BYTES_AT);
  footer.writeUInt32LE(span.pageBytes, PAGE_BYTES_AT);
  FILE_HEADER.copy(footer, MAGIC_AT);
  return footer;
}

export function decodeFooter(footer: Buffer): Footer {
  const level = footer.readUInt16LE(LEVEL_AT);
  if (!footer.subarray(MAGIC_AT).equals(FILE_HEADER) || level > LEVEL_MAX) {
    throw new RangeError('the file does not end as a page file');
  }
  const span = {
    position: footer.readUIntLE(0, POSITION_BYTES),
    storedBytes: footer.readUInt32LE(STORED_BYTES_AT),
    pageBytes: footer.readUInt32LE(PAGE_BYTES_AT),
  };
  return { span, level };
}

/** Adds the place of a page to the places that are stored beside a page of a higher level. */
export function addSpan(spans: ByteBuffer, { position, storedBytes, pageBytes }: PageSpan): void {
  spans.addNumber(position);
  spans.addNumber(storedBytes);
  spans.addNumber(pageBytes);
}

/** Returns the stored form of a page of a higher level. */
export function packBranch(bytes: Uint8Array, spans: Uint8Array): Buffer {
  const compressed = compressPage(bytes);
  const stored = new ByteBuffer(compressed.length + spans.length + 8);
  stored.addNumber(compressed.length);
  stored.addBytes(compressed);
  stored.addBytes(spans);
  return stored.getBytes();
}

/** Returns the bytes of a page of a higher level, and the places of its pages, one per `count`. */
export function unpackBranch(
  stored: Buffer,
  pageBytes: number,
): { readonly bytes: Buffer; readonly readSpans: (count: number) => readonly PageSpan[] } {
  const cursor = new ByteCursor(stored);
  const bytes = expandPage(cursor.readBytes(cursor.readNumber()), pageBytes);
  const readSpans = (count: number): readonly PageSpan[] => {
    const spans: PageSpan[] = [];
    for (let at = 0; at < count; at++) {
      spans.push({
        position: cursor.readNumber(),
        storedBytes: cursor.readNumber(),
        pageBytes: cursor.readNumber(),
      });
    }
    if (!cursor.isAtEnd) {
      throw new RangeError('a page has more places than pages');
    }
    return spans;
  };
  return { bytes, readSpans };
}

const ROOT = /^sha256:[0-9a-f]{64}$/;

/** Returns the text of a root: `sha256:…`. */
export function formatRoot(hash: Buffer): string {
  return `sha256:${hash.toString('hex')}`;
}

export function isRoot(text: string): boolean {
  return ROOT.test(text);
}

/** Returns the bytes of a result of {@link formatRoot}. */
export function parseRoot(root: string): Buffer {
  return Buffer.from(root.slice('sha256:'.length), 'hex');
}
