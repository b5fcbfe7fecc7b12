import { type Bytes, toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { type PeFile, type PeSection, readPeHeaders, toPeOffset } from './pe.ts';

/** Resources of a Portable Executable. */
export interface PeResources {
  /** Texts of the version resource by name, such as `ProductName`. */
  readonly versionTexts: ReadonlyMap<string, string>;
  /** Whether it is a .NET assembly or was created from one. */
  readonly isManaged: boolean;
}

const VERSION_TYPE = 16;
const VERSION_KEY = 'VS_VERSION_INFO';
const TEXTS_KEY = 'StringFileInfo';
const FILE_VERSION = 'FileVersion';
/** A resource in programs of the common language runtime. */
const RUNTIME_RESOURCE = 'CLRDEBUGINFO';
const DIRECTORY_BYTES = 16;
const ENTRY_BYTES = 8;
const HIGH_BIT = 0x80000000;
/** Type, name and language; tools do not create deeper levels. */
const LEVELS_MAX = 3;
const FIXED_INFO_BYTES = 52;
/** Longer resource names are not needed. */
const NAME_CHARS_MAX = 64;
/** Lengths are of 16 bits. */
const VERSION_BYTES_MAX = 65_536;

/**
 * Reads the resources; `undefined` if the content is not a PE file. PE format, "The .rsrc Section".
 */
export function readPeResources(content: Bytes, limits: Limits): PeResources | undefined {
  const headers = readPeHeaders(content);
  if (headers === undefined) {
    return undefined;
  }
  const walk = new ResourceWalk(content, headers, limits);
  walk.visit(0, 0, false);
  return {
    versionTexts: walk.versionTexts,
    isManaged: walk.hasRuntimeResource || hasRuntimeVersion(content, headers),
  };
}

/** ECMA-335, II.25.3.3: sizes, then the required version of the runtime. */
function hasRuntimeVersion(content: Bytes, { sections, directories }: PeFile): boolean {
  const { address, sizeBytes } = directories.runtime;
  const offset = sizeBytes === 0 ? undefined : toPeOffset(sections, address);
  const header = offset === undefined ? undefined : content.read(offset, 8);
  if (header === undefined || header.length < 8) {
    return false;
  }
  const view = toDataView(header);
  return view.getUint16(4, true) !== 0 && view.getUint16(6, true) !== 0;
}

/** Offsets are relative to the start of the resources; only those of data are addresses. */
class ResourceWalk {
  readonly versionTexts = new Map<string, string>();
  hasRuntimeResource = false;
  readonly #content: Bytes;
  readonly #sections: readonly PeSection[];
  readonly #start: number | undefined;
  readonly #seen = new Set<number>();
  #entriesLeft: number;
  /** All entries may name one resource, or overlap. */
  #versionBytesLeft: number;

  constructor(content: Bytes, { sections, directories }: PeFile, limits: Limits) {
    const { address, sizeBytes } = directories.resources;
    this.#content = content;
    this.#sections = sections;
    this.#start = sizeBytes === 0 ? undefined : toPeOffset(sections, address);
    this.#entriesLeft = limits.executableRecordsMax;
    this.#versionBytesLeft = limits.recordBytesMax;
  }

  visit(offset: number, level: number, isVersion: boolean): void {
    const header = this.#readSection(offset, DIRECTORY_BYTES);
    if (header.byteLength < DIRECTORY_BYTES || this.#seen.has(offset) || level >= LEVELS_MAX) {
      return;
    }
    this.#seen.add(offset);
    const count = header.getUint16(12, true) + header.getUint16(14, true);
    const wanted = Math.min(count, this.#entriesLeft);
    this.#entriesLeft -= wanted;
    const entries = this.#readSection(offset + DIRECTORY_BYTES, wanted * ENTRY_BYTES);
    for (let at = 0; at + ENTRY_BYTES <= entries.byteLength; at += ENTRY_BYTES) {
      const name = entries.getUint32(at, true);
      const target = entries.getUint32(at + 4, true);
      if (name >= HIGH_BIT && this.#readName(name - HIGH_BIT) === RUNTIME_RESOURCE) {
        this.hasRuntimeResource = true;
      }
      const isOfVersion = level === 0 ? name === VERSION_TYPE : isVersion;
      if (target >= HIGH_BIT) {
        this.visit(target - HIGH_BIT, level + 1, isOfVersion);
      } else if (isOfVersion) {
        this.#readVersion(target);
      }
    }
  }

  #readSection(offset: number, length: number): DataView {
    const start = this.#start;
    return toDataView(
      start === undefined ? new Uint8Array(0) : this.#content.read(start + offset, length),
    );
  }

  /** A length in characters as two bytes, then the characters. */
  #readName(offset: number): string {
    const length = this.#readSection(offset, 2);
    const chars = length.byteLength < 2 ? 0 : length.getUint16(0, true);
    return chars > NAME_CHARS_MAX
      ? ''
      : readResourceText(this.#readSection(offset + 2, chars * 2), 0).text;
  }

  #readVersion(offset: number): void {
    const entry = this.#readSection(offset, 8);
    const place = entry.byteLength < 8 ? undefined : entry.getUint32(0, true);
    const start = place === undefined ? undefined : toPeOffset(this.#sections, place);
    if (start === undefined) {
      return;
    }
    const sizeBytes = Math.min(entry.getUint32(4, true), VERSION_BYTES_MAX, this.#versionBytesLeft);
    this.#versionBytesLeft -= sizeBytes;
    for (const [name, text] of readVersionTexts(toDataView(this.#content.read(start, sizeBytes)))) {
      this.versionTexts.set(name, text);
    }
  }
}

/** A block of a version resource: lengths, key, then its value and nested blocks. */
interface Block {
  readonly key: string;
  readonly valueLength: number;
  /** Start of the value, at a multiple of four. */
  readonly valueOffset: number;
  readonly end: number;
}

function readBlock(view: DataView, at: number): Block | undefined {
  if (at + 6 > view.byteLength) {
    return undefined;
  }
  const { text, end } = readResourceText(view, at + 6);
  const length = view.getUint16(at, true);
  return {
    key: text,
    valueLength: view.getUint16(at + 2, true),
    valueOffset: alignOffset(end),
    end: Math.min(at + length, view.byteLength),
  };
}

/**
 * Reads the texts of the first table of a version resource, which has one table per language.
 * Windows, "VS_VERSIONINFO structure". A file version without text is read from its numbers.
 */
function readVersionTexts(view: DataView): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const root = readBlock(view, 0);
  if (root?.key !== VERSION_KEY) {
    return texts;
  }
  const fixedEnd = root.valueOffset + FIXED_INFO_BYTES;
  for (let at = alignOffset(fixedEnd); ; ) {
    const block = readBlock(view, at);
    if (block === undefined || block.end <= at) {
      break;
    }
    if (block.key === TEXTS_KEY) {
      readTexts(view, block, texts);
    }
    at = alignOffset(block.end);
  }
  if ((texts.get(FILE_VERSION) ?? '') === '' && fixedEnd <= view.byteLength) {
    const number = (at: number): number => view.getUint16(root.valueOffset + at, true);
    texts.set(FILE_VERSION, [10, 8, 14, 12].map(number).join('.'));
  }
  return texts;
}

function readTexts(view: DataView, outer: Block, texts: Map<string, string>): void {
  const table = readBlock(view, outer.valueOffset);
  for (let at = table?.valueOffset ?? outer.end; at < (table?.end ?? 0); ) {
    const block = readBlock(view, at);
    if (block === undefined || block.end <= at) {
      return;
    }
    // Tools disagree whether the length counts bytes or characters; texts end with a NUL anyway.
    texts.set(
      block.key,
      block.valueLength === 0 ? '' : readResourceText(view, block.valueOffset).text,
    );
    at = alignOffset(block.end);
  }
}

function alignOffset(at: number): number {
  return Math.ceil(at / 4) * 4;
}

/** Reads UTF-16 up to a NUL or the end. */
function readResourceText(
  view: DataView,
  start: number,
): { readonly text: string; readonly end: number } {
  let end = start;
  while (end + 2 <= view.byteLength && view.getUint16(end, true) !== 0) {
    end += 2;
  }
  if (end === start) {
    return { text: '', end: end + 2 };
  }
  const bytes = Buffer.from(view.buffer, view.byteOffset + start, end - start);
  return { text: bytes.toString('utf16le'), end: end + 2 };
}
