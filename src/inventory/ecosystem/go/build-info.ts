import { readWord, type WordLayout } from '../../../foundation/bytes/elf/word.ts';
import {
  type ExecutableImage,
  findImageSection,
  type LoadedRange,
  readLoaded,
} from '../../../foundation/bytes/executable/executable-image.ts';
import { toBuffer, toDataView } from '../../../foundation/core/bytes.ts';
import type { Limits } from '../../../foundation/core/limits.ts';

/**
 * Build information that the Go linker writes into a program, as text. Package debug/buildinfo of
 * Go.
 */
export interface GoBuildInfoText {
  /** Version of the toolchain, e.g. `go1.26.8`, or with experiments `go1.21.0 X:boringcrypto`. */
  readonly goVersion: string;
  /** Lines with path, modules and settings; empty for a program that was built without modules. */
  readonly modules: string;
}

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
/** Alignment of the magic. */
const ALIGNMENT = 16;
const HEADER_BYTES = 32;
const CHUNK_BYTES = 1024 * 1024;
const FLAG = { bigEndian: 1, inline: 2 } as const;
const VARINT_BYTES_MAX = 10;
/** Length of the markers before and after the module lines. */
const SENTINEL_BYTES = 16;

/**
 * Reads the build information; `undefined` if Go did not build the program, or the information was
 * removed.
 */
export function readGoBuildInfo(
  image: ExecutableImage,
  limits: Limits,
): GoBuildInfoText | undefined {
  const range = findImageSection(image, ['.go.buildinfo', '__go_buildinfo']) ?? image.data;
  const at = range && findMagic(image, range, limits);
  if (range === undefined || at === undefined) {
    return undefined;
  }
  const header = image.read(range.offset + at, HEADER_BYTES);
  const flags = header[15] ?? 0;
  const [version, modules] =
    (flags & FLAG.inline) !== 0
      ? readInlineTexts(image, { ...range, address: range.address + at }, limits)
      : readPointedTexts(image, header, limits);
  if (version === undefined || version.length === 0) {
    return undefined;
  }
  return {
    goVersion: decode(version),
    modules: modules === undefined ? '' : stripMarkers(modules),
  };
}

function decode(bytes: Uint8Array): string {
  return toBuffer(bytes).toString('utf8');
}

/** Returns the offset of the header from the start of the range. Searches chunk by chunk. */
function findMagic(image: ExecutableImage, range: LoadedRange, limits: Limits): number | undefined {
  const end = Math.min(range.sizeBytes, limits.goBuildInfoSearchBytesMax);
  const first = (ALIGNMENT - (range.address % ALIGNMENT)) % ALIGNMENT;
  for (let start = first; start + HEADER_BYTES <= end; start += CHUNK_BYTES) {
    const chunk = image.read(range.offset + start, Math.min(CHUNK_BYTES, end - start));
    const bytes = toBuffer(chunk);
    for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) {
      if (at % ALIGNMENT === 0 && start + at + HEADER_BYTES <= end) {
        return start + at;
      }
    }
    if (chunk.length < Math.min(CHUNK_BYTES, end - start)) {
      return undefined;
    }
  }
  return undefined;
}

type Texts = readonly [version: Uint8Array | undefined, modules: Uint8Array | undefined];

/** Since Go 1.18: two strings follow the header, each after its length. */
function readInlineTexts(image: ExecutableImage, header: LoadedRange, limits: Limits): Texts {
  const version = readInlineText(image, header.address + HEADER_BYTES, limits);
  const modules = version && readInlineText(image, version.end, limits);
  return modules === undefined ? [undefined, undefined] : [version?.bytes, modules.bytes];
}

function readInlineText(
  image: ExecutableImage,
  address: number,
  limits: Limits,
): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  const prefix = readLoaded(image, address, VARINT_BYTES_MAX);
  let length = 0;
  let size = 0;
  for (const byte of prefix) {
    length += (byte & 0x7f) * 128 ** size;
    size += 1;
    if (byte < 0x80) {
      const bytes = readWholeText(image, address + size, length, limits);
      return bytes && { bytes, end: address + size + length };
    }
  }
  return undefined;
}

/** Before Go 1.18: the header has the addresses of two Go strings, each an address and a length. */
function readPointedTexts(image: ExecutableImage, header: Uint8Array, limits: Limits): Texts {
  const pointerBytes = header[14];
  if (pointerBytes !== 4 && pointerBytes !== 8) {
    return [undefined, undefined];
  }
  const layout = {
    is64: pointerBytes === 8,
    isLittleEndian: ((header[15] ?? 0) & FLAG.bigEndian) === 0,
  };
  const view = toDataView(header);
  const [version, modules] = [16, 16 + pointerBytes].map((at) =>
    readPointedText(image, readWord(view, at, layout), { layout, limits }),
  );
  return [version, modules];
}

function readPointedText(
  image: ExecutableImage,
  address: number,
  { layout, limits }: { readonly layout: WordLayout; readonly limits: Limits },
): Uint8Array | undefined {
  const pointerBytes = layout.is64 ? 8 : 4;
  const pair = toDataView(readLoaded(image, address, 2 * pointerBytes));
  return pair.byteLength < 2 * pointerBytes
    ? undefined
    : readWholeText(image, readWord(pair, 0, layout), readWord(pair, pointerBytes, layout), limits);
}

/** Returns `undefined` if the string is not completely in the file or is too long. */
function readWholeText(
  image: ExecutableImage,
  address: number,
  length: number,
  limits: Limits,
): Uint8Array | undefined {
  if (length > limits.recordBytesMax) {
    return undefined;
  }
  const bytes = readLoaded(image, address, length);
  return bytes.length < length ? undefined : bytes;
}

/** Returns an empty string if the markers are missing: only the linker writes them. */
function stripMarkers(text: Uint8Array): string {
  const isMarked =
    text.length > 2 * SENTINEL_BYTES && text[text.length - SENTINEL_BYTES - 1] === 0x0a;
  return isMarked ? decode(text.subarray(SENTINEL_BYTES, text.length - SENTINEL_BYTES)) : '';
}
