import { hash } from 'node:crypto';
import zlib from 'node:zlib';
import { toBuffer } from '../../foundation/core/bytes.ts';
import type { LayerFacts } from '../../foundation/core/cataloger.ts';
import {
  FILE_TYPES,
  type FileColumns,
  FileTable,
  type OtherDigests,
} from '../../foundation/core/file-table.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { type KeptInventory, readInventoryForm, writeInventoryForm } from './inventory-form.ts';

/** The facts of a layer, without its files. */
export type FileFacts = Omit<LayerFacts, 'files'>;

/** Must be raised with every change of the format below. */
const FORM_VERSION = 6;
const MAGIC = 'PLIMFACT';
/** Its bytes show the byte order of this machine: columns are copied without conversion. */
const BYTE_ORDER = 0x01020304;
const CHECKSUM_BYTES = 32;
/** Magic, version, byte order, length before compression, checksum of the rest. */
const HEADER_BYTES = MAGIC.length + 4 + 4 + 4 + CHECKSUM_BYTES;
/** The columns of a table, each preceded by its length. */
const SECTIONS = 14;
/** Size of the columns for one row, without its digests. */
const ROW_BYTES = 24;

/** Returns the minimum encoded size of the files of a layer without encoding them. */
export function computeMinBytes(files: FileTable): number {
  let bytes = files.length * ROW_BYTES;
  for (let row = 0; row < files.length; row++) {
    bytes += files.getPath(row).length + 1;
  }
  return bytes;
}

/**
 * Encodes the files of a layer column by column. `undefined` for names without a UTF-8 form, which
 * could not be restored.
 */
export function encodeFiles(files: FileTable): Uint8Array | undefined {
  const columns = files.getColumns();
  const texts = [columns.paths, columns.mimeNames, columns.linkTargets].map(joinTexts);
  if (texts.some((text) => !text.isWellFormed())) {
    return undefined;
  }
  const [paths = '', mimeNames = '', linkTargets = ''] = texts;
  const sections = [
    Buffer.from(paths),
    Buffer.from(mimeNames),
    Buffer.from(linkTargets),
    ...[columns.types, columns.modes, columns.uids, columns.gids, columns.sizes].map(toColumnBytes),
    ...[columns.mimeTypes, columns.digestSlots, columns.digests, columns.linkRows].map(
      toColumnBytes,
    ),
    Buffer.from(JSON.stringify([...columns.otherDigests])),
    Buffer.from(JSON.stringify([...columns.capabilities])),
  ];
  return Buffer.concat(sections.flatMap((section) => [encodeLength(section), section]));
}

/**
 * Decodes the result of {@link encodeFiles}.
 *
 * @throws an error for any other content
 */
export function decodeFiles(bytes: Uint8Array): FileTable {
  const sections = splitSections(bytes);
  const [paths, mimeNames, linkTargets, types, modes, uids, gids, sizes, ...others] = sections;
  const [mimeTypes, digestSlots, digests, linkRows, otherDigests, capabilities] = others;
  const columns: FileColumns = {
    types: readColumn(Uint8Array, types),
    modes: readColumn(Uint16Array, modes),
    uids: readColumn(Uint32Array, uids),
    gids: readColumn(Uint32Array, gids),
    sizes: readColumn(Float64Array, sizes),
    mimeTypes: readColumn(Uint8Array, mimeTypes),
    digestSlots: readColumn(Uint32Array, digestSlots),
    digests: readColumn(Uint8Array, digests),
    linkRows: readColumn(Uint32Array, linkRows),
    paths: split(paths, types?.length ?? 0),
    mimeNames: split(mimeNames, undefined),
    otherDigests: new Map(JSON.parse(decodeText(otherDigests ?? new Uint8Array())) as OtherRows),
    capabilities: new Map(
      JSON.parse(decodeText(capabilities ?? new Uint8Array())) as readonly (readonly [
        number,
        string,
      ])[],
    ),
    linkTargets: split(linkTargets, (linkRows?.length ?? 0) / Uint32Array.BYTES_PER_ELEMENT),
  };
  if (columns.types.some((type) => type >= FILE_TYPES.length)) {
    throw new Error('unknown file type');
  }
  return FileTable.from(columns);
}

/** Facts and problems are plain data, so JSON is lossless. */
export function encodeFacts(fileFacts: FileFacts): Uint8Array | undefined {
  // A deferred fact is created by this, and may turn out to be absent.
  const facts = fileFacts.facts.filter(({ fact }) => fact !== undefined);
  const text = JSON.stringify({ ...fileFacts, facts });
  return text.isWellFormed() ? Buffer.from(text) : undefined;
}

/**
 * Decodes the result of {@link encodeFacts}.
 *
 * @throws an error for any other content
 */
export function decodeFacts(bytes: Uint8Array): FileFacts {
  return JSON.parse(decodeText(bytes)) as FileFacts;
}

/** An inventory is plain data, too, except for the image itself. */
export function encodeInventory(inventory: Inventory): Uint8Array | undefined {
  const { target: _target, ...rest } = inventory;
  const text = writeInventoryForm(rest);
  return text === undefined ? undefined : Buffer.from(text, 'latin1');
}

/**
 * Decodes the result of {@link encodeInventory}.
 *
 * @throws an error for any other content
 */
export const decodeInventory: (bytes: Uint8Array) => KeptInventory = readInventoryForm;

/** Compresses on the thread pool, and adds a header that detects truncation and damage. */
export async function packEntry(content: Uint8Array): Promise<Uint8Array> {
  const payload = await new Promise<Uint8Array>((resolve, reject) => {
    zlib.zstdCompress(content, FAST, (error, result) => {
      if (error === null) {
        resolve(result);
      } else {
        reject(error);
      }
    });
  });
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  const numbers = Uint32Array.of(FORM_VERSION, BYTE_ORDER, content.length);
  header.set(toColumnBytes(numbers), MAGIC.length);
  header.set(hash('sha256', payload, 'buffer'), HEADER_BYTES - CHECKSUM_BYTES);
  return Buffer.concat([header, payload]);
}

/**
 * Restores the content that was passed to {@link packEntry}. `undefined`, or an error, if it is
 * damaged, was written in another format, or has more than `maxBytes`.
 */
export function unpackEntry(sealed: Uint8Array, maxBytes: number): Uint8Array | undefined {
  if (sealed.length <= HEADER_BYTES) {
    return undefined;
  }
  const payload = sealed.subarray(HEADER_BYTES);
  const [version, byteOrder, length = 0] = new Uint32Array(
    new Uint8Array(sealed.subarray(MAGIC.length, HEADER_BYTES - CHECKSUM_BYTES)).buffer,
  );
  const checksum = sealed.subarray(HEADER_BYTES - CHECKSUM_BYTES, HEADER_BYTES);
  const isWhole =
    Buffer.from(sealed.subarray(0, MAGIC.length)).toString('latin1') === MAGIC &&
    version === FORM_VERSION &&
    byteOrder === BYTE_ORDER &&
    length <= maxBytes &&
    hash('sha256', payload, 'buffer').equals(checksum);
  if (!isWhole) {
    return undefined;
  }
  // In one piece: with the default of 16 KiB the pieces would have to be joined.
  const chunkSize = Math.max(length + 1, zlib.constants.Z_MIN_CHUNK);
  const content = zlib.zstdDecompressSync(payload, { maxOutputLength: length + 1, chunkSize });
  return content.length === length ? content : undefined;
}

const FAST = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } };

type OtherRows = readonly (readonly [number, OtherDigests])[];

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

interface ColumnMaker<T extends Column> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): T;
}

/** A copy, because sections begin at any offset, but columns of wide numbers must be aligned. */
function readColumn<T extends Column>(maker: ColumnMaker<T>, section: Uint8Array | undefined): T {
  return new maker(new Uint8Array(section ?? []).buffer);
}

/** Neither paths nor link targets contain a NUL. */
function joinTexts(texts: readonly string[]): string {
  return texts.join('\0');
}

function split(section: Uint8Array | undefined, count: number | undefined): string[] {
  const texts = count === 0 ? [] : decodeText(section ?? new Uint8Array()).split('\0');
  if (count !== undefined && texts.length !== count) {
    throw new Error('unexpected number of strings');
  }
  return texts;
}

function decodeText(bytes: Uint8Array): string {
  return toBuffer(bytes).toString('utf8');
}

function toColumnBytes(numbers: Column): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function encodeLength(section: Uint8Array): Uint8Array {
  return toColumnBytes(Uint32Array.of(section.length));
}

function splitSections(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittleEndian = toColumnBytes(Uint32Array.of(1))[0] === 1;
  const sections: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && sections.length < SECTIONS) {
    const length = view.getUint32(at, isLittleEndian);
    sections.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  if (at !== bytes.length || sections.length !== SECTIONS) {
    throw new Error('unexpected number of columns');
  }
  return sections;
}
