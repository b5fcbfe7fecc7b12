/** Of Castagnoli, with reflected bits. */
const POLYNOMIAL = 0x82f6_3b78;

/** Computes a CRC-32C, which `node:zlib` does not have. */
export function computeCrc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
}
