import { hash } from 'node:crypto';
import zlib from 'node:zlib';
import { toBuffer } from '../core/bytes.ts';
import type { LayerFacts } from '../core/cataloger.ts';
import { FILE_TYPES, type FileColumns, FileTable, type OtherDigests } from '../core/file-table.ts';
import type { Inventory } from '../core/inventory.ts';
import { type KeptInventory, readInventoryForm, writeInventoryForm } from './inventory-form.ts';

/** What a layer said besides its files. */
export type SaidOfFiles = Omit<LayerFacts, 'files'>;

/** Raised with every change of what is written below. */
const FORM_VERSION = 5;
const MAGIC = 'PLIMFACT';
/** Says by its bytes in which order this machine keeps them: columns are copied as they are. */
const BYTE_ORDER = 0x01020304;
const CHECKSUM_BYTES = 32;
/** Magic, version, byte order, length before compression, checksum of what follows. */
const HEADER_BYTES = MAGIC.length + 4 + 4 + 4 + CHECKSUM_BYTES;
/** The columns of a table, each with its length before it. */
const SECTIONS = 14;
/** What the columns take of one row, without its digests. */
const ROW_BYTES = 24;

/** Bytes that the files of a layer have at least when they are encoded, told without doing so. */
export function leastBytesOf(files: FileTable): number {
  let bytes = files.length * ROW_BYTES;
  for (let row = 0; row < files.length; row++) {
    bytes += files.getPath(row).length + 1;
  }
  return bytes;
}

/**
 * The files of a layer as bytes, column by column. `undefined` for names that have no UTF-8, which
 * could not be had back.
 */
export function encodeFiles(files: FileTable): Uint8Array | undefined {
  const columns = files.getColumns();
  const texts = [columns.paths, columns.mimeNames, columns.linkTargets].map(joined);
  if (texts.some((text) => !text.isWellFormed())) {
    return undefined;
  }
  const [paths = '', mimeNames = '', linkTargets = ''] = texts;
  const sections = [
    Buffer.from(paths),
    Buffer.from(mimeNames),
    Buffer.from(linkTargets),
    ...[columns.types, columns.modes, columns.uids, columns.gids, columns.sizes].map(bytesOf),
    ...[columns.mimeTypes, columns.digestSlots, columns.digests, columns.linkRows].map(bytesOf),
    Buffer.from(JSON.stringify([...columns.otherDigests])),
    Buffer.from(JSON.stringify([...columns.capabilities])),
  ];
  return Buffer.concat(sections.flatMap((section) => [lengthOf(section), section]));
}

/** Takes back what {@link encodeFiles} gave. Throws where it is anything else. */
export function decodeFiles(bytes: Uint8Array): FileTable {
  const sections = sectionsOf(bytes);
  const [paths, mimeNames, linkTargets, types, modes, uids, gids, sizes, ...others] = sections;
  const [mimeTypes, digestSlots, digests, linkRows, otherDigests, capabilities] = others;
  const columns: FileColumns = {
    types: column(Uint8Array, types),
    modes: column(Uint16Array, modes),
    uids: column(Uint32Array, uids),
    gids: column(Uint32Array, gids),
    sizes: column(Float64Array, sizes),
    mimeTypes: column(Uint8Array, mimeTypes),
    digestSlots: column(Uint32Array, digestSlots),
    digests: column(Uint8Array, digests),
    linkRows: column(Uint32Array, linkRows),
    paths: split(paths, types?.length ?? 0),
    mimeNames: split(mimeNames, undefined),
    otherDigests: new Map(JSON.parse(textOf(otherDigests ?? new Uint8Array())) as OtherRows),
    capabilities: new Map(
      JSON.parse(textOf(capabilities ?? new Uint8Array())) as readonly (readonly [
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

/** Facts and problems are plain data, so JSON holds all that there is to them. */
export function encodeSaid(said: SaidOfFiles): Uint8Array | undefined {
  // A fact that was deferred is made by this, and may turn out to be none.
  const facts = said.facts.filter(({ fact }) => fact !== undefined);
  const text = JSON.stringify({ ...said, facts });
  return text.isWellFormed() ? Buffer.from(text) : undefined;
}

/** Takes back what {@link encodeSaid} gave. Throws where it is anything else. */
export function decodeSaid(bytes: Uint8Array): SaidOfFiles {
  return JSON.parse(textOf(bytes)) as SaidOfFiles;
}

/** What is made of the layers of an image is plain data, too, but for the image itself. */
export function encodeInventory(inventory: Inventory): Uint8Array | undefined {
  const { target: _target, ...rest } = inventory;
  const text = writeInventoryForm(rest);
  return text === undefined ? undefined : Buffer.from(text, 'latin1');
}

/** Takes back what {@link encodeInventory} gave. Throws where it is anything else. */
export const decodeInventory: (bytes: Uint8Array) => KeptInventory = readInventoryForm;

/** Compresses, on the thread pool, and adds what tells whether it comes back whole. */
export async function seal(content: Uint8Array): Promise<Uint8Array> {
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
  header.set(bytesOf(numbers), MAGIC.length);
  header.set(hash('sha256', payload, 'buffer'), HEADER_BYTES - CHECKSUM_BYTES);
  return Buffer.concat([header, payload]);
}

/**
 * Takes back what {@link seal} was given. `undefined`, or an error, where it did not come back
 * whole, was written in another form, or has more than `maxBytes`.
 */
export function unseal(sealed: Uint8Array, maxBytes: number): Uint8Array | undefined {
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
  // In one piece: the usual 16 KiB at a time would have to be put together.
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

/** A copy: sections begin anywhere, columns of wide numbers must not. */
function column<T extends Column>(maker: ColumnMaker<T>, section: Uint8Array | undefined): T {
  return new maker(new Uint8Array(section ?? []).buffer);
}

/** Neither paths nor targets of links hold a NUL. */
function joined(texts: readonly string[]): string {
  return texts.join('\0');
}

function split(section: Uint8Array | undefined, count: number | undefined): string[] {
  const texts = count === 0 ? [] : textOf(section ?? new Uint8Array()).split('\0');
  if (count !== undefined && texts.length !== count) {
    throw new Error('unexpected number of strings');
  }
  return texts;
}

function textOf(bytes: Uint8Array): string {
  return toBuffer(bytes).toString('utf8');
}

function bytesOf(numbers: Column): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function lengthOf(section: Uint8Array): Uint8Array {
  return bytesOf(Uint32Array.of(section.length));
}

function sectionsOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittleEndian = bytesOf(Uint32Array.of(1))[0] === 1;
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
