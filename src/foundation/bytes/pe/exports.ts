import { type Bytes, toDataView } from '../../core/bytes.ts';
import type { Limits } from '../../core/limits.ts';
import { readPeHeaders, toPeOffset } from './pe.ts';

const DIRECTORY_BYTES = 40;
const NAME_BYTES_MAX = 256;

/**
 * Returns the load addresses of the exported symbols with one of the names. PE format, "The .edata
 * Section".
 */
export function findPeExports(
  content: Bytes,
  wanted: ReadonlySet<string>,
  limits: Limits,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const headers = readPeHeaders(content);
  const readMemory = (address: number, length: number): DataView => {
    const offset = headers && toPeOffset(headers.sections, address);
    return toDataView(offset === undefined ? new Uint8Array(0) : content.read(offset, length));
  };
  const directory = readMemory(headers?.directories.exports.address ?? 0, DIRECTORY_BYTES);
  if (headers === undefined || directory.byteLength < DIRECTORY_BYTES) {
    return found;
  }
  const number = (at: number): number => directory.getUint32(at, true);
  const functionCount = Math.min(number(20), limits.executableSymbolsMax);
  const nameCount = Math.min(number(24), limits.recordsMax);
  const addresses = readMemory(number(28), functionCount * 4);
  const names = readMemory(number(32), nameCount * 4);
  const ordinals = readMemory(number(36), nameCount * 2);
  for (let index = 0; index * 4 + 4 <= names.byteLength; index++) {
    const name = readExportText(readMemory(names.getUint32(index * 4, true), NAME_BYTES_MAX));
    if (wanted.has(name) && index * 2 + 2 <= ordinals.byteLength) {
      const place = ordinals.getUint16(index * 2, true) * 4;
      if (place + 4 <= addresses.byteLength) {
        found.set(name, headers.imageBase + addresses.getUint32(place, true));
      }
    }
  }
  return found;
}

function readExportText(view: DataView): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}
