import { toDataView } from '../../core/bytes.ts';

/** Metadata of a signature. RFC 4880, 5.2. */
export interface PgpSignature {
  /** Number of the algorithm, RFC 4880, 9.1. */
  readonly publicKeyAlgorithm: number;
  /** Number of the algorithm, RFC 4880, 9.4. */
  readonly hashAlgorithm: number;
  /** Seconds since 1970. */
  readonly createdSeconds: number;
  /** 16 hexadecimal digits. */
  readonly issuerKeyId: string;
}

const SUBPACKET_CREATED = 2;
const SUBPACKET_ISSUER = 16;
const SUBPACKET_TYPE_MASK = 0x7f;

/** Reads a signature packet of version 3 or 4; `undefined` for other bytes. */
export function parsePgpSignature(packet: Uint8Array): PgpSignature | undefined {
  const content = toDataView(packet);
  const start = findBodyStart(content);
  if (start === undefined || start >= content.byteLength) {
    return undefined;
  }
  switch (content.getUint8(start)) {
    case 3:
      return parseVersion3(content, start + 1);
    case 4:
      return parseVersion4(content, start + 1);
    default:
      return undefined;
  }
}

/** Returns the start of the body after tag and length. RFC 4880, 4.2. */
function findBodyStart(content: DataView): number | undefined {
  if (content.byteLength < 2 || (content.getUint8(0) & 0x80) === 0) {
    return undefined;
  }
  const tag = content.getUint8(0);
  if ((tag & 0x40) === 0) {
    return [2, 3, 5, 1][tag & 3];
  }
  const first = content.getUint8(1);
  if (first < 192) {
    return 2;
  }
  return first === 255 ? 6 : 3;
}

function parseVersion3(content: DataView, at: number): PgpSignature | undefined {
  if (at + 16 > content.byteLength) {
    return undefined;
  }
  return {
    createdSeconds: content.getUint32(at + 2),
    issuerKeyId: readHex(content, at + 6),
    publicKeyAlgorithm: content.getUint8(at + 14),
    hashAlgorithm: content.getUint8(at + 15),
  };
}

function parseVersion4(content: DataView, at: number): PgpSignature | undefined {
  if (at + 5 > content.byteLength) {
    return undefined;
  }
  const subpackets = readSubpackets(content, at + 3);
  return {
    publicKeyAlgorithm: content.getUint8(at + 1),
    hashAlgorithm: content.getUint8(at + 2),
    createdSeconds: subpackets.createdSeconds ?? 0,
    issuerKeyId: subpackets.issuerKeyId ?? '0000000000000000',
  };
}

interface Subpackets {
  createdSeconds?: number;
  issuerKeyId?: string;
}

/** The hashed area and the unhashed one; each starts with its length. RFC 4880, 5.2.3. */
function readSubpackets(content: DataView, start: number): Subpackets {
  const found: Subpackets = {};
  let area = start;
  for (let count = 0; count < 2 && area + 2 <= content.byteLength; count++) {
    const end = Math.min(area + 2 + content.getUint16(area), content.byteLength);
    for (let at = area + 2; at < end; ) {
      const { length, dataStart } = readSubpacketLength(content, at);
      const dataEnd = dataStart + length;
      if (length === 0 || dataEnd > end) {
        break;
      }
      const type = content.getUint8(dataStart) & SUBPACKET_TYPE_MASK;
      if (type === SUBPACKET_CREATED && length === 5) {
        found.createdSeconds = content.getUint32(dataStart + 1);
      } else if (type === SUBPACKET_ISSUER && length === 9) {
        found.issuerKeyId = readHex(content, dataStart + 1);
      }
      at = dataEnd;
    }
    area = end;
  }
  return found;
}

function readSubpacketLength(
  content: DataView,
  at: number,
): { readonly length: number; readonly dataStart: number } {
  const first = content.getUint8(at);
  if (first < 192) {
    return { length: first, dataStart: at + 1 };
  }
  if (first < 255 && at + 2 <= content.byteLength) {
    const second = content.byteLength > at + 1 ? content.getUint8(at + 1) : 0;
    return { length: ((first - 192) << 8) + second + 192, dataStart: at + 2 };
  }
  return at + 5 <= content.byteLength
    ? { length: content.getUint32(at + 1), dataStart: at + 5 }
    : { length: 0, dataStart: at + 1 };
}

function readHex(content: DataView, at: number): string {
  return Buffer.from(content.buffer, content.byteOffset + at, 8).toString('hex');
}
