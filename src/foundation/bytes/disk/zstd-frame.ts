import { toBuffer } from '../../core/bytes.ts';

/* RFC 8878, section 3.1.1. */
const MAGIC = 0xfd2f_b528;
const ID_BYTES = [0, 1, 2, 4] as const;
const SIZE_BYTES = [0, 2, 4, 8] as const;
/** A block of this type is one byte, whatever its size. */
const RUN_LENGTH_BLOCK = 1;

/** Returns the length of the frame at the start of some bytes; all of them if it is malformed. */
export function getZstdFrameLength(bytes: Uint8Array): number {
  const view = toBuffer(bytes);
  if (view.length < 6 || view.readUInt32LE(0) !== MAGIC) return view.length;
  const descriptor = view.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = SIZE_BYTES[(descriptor >> 6) as 0 | 1 | 2 | 3] || (isSingle ? 1 : 0);
  const idBytes = ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  let at = 5 + (isSingle ? 0 : 1) + idBytes + sizeBytes;
  let isLast = false;
  while (!isLast && at + 3 <= view.length) {
    const header = view.readUIntLE(at, 3);
    isLast = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    at += 3 + (type === RUN_LENGTH_BLOCK ? 1 : header >> 3);
  }
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
  return isLast ? Math.min(at + checksumBytes, view.length) : view.length;
}
