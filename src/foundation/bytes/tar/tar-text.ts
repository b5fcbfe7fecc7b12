import { toBuffer } from '../../core/bytes.ts';

const REPLACEMENT = '\uFFFD';

/**
 * Decodes a name in UTF-8. A byte outside of valid UTF-8 becomes U+FFFD and its two hexadecimal
 * digits, and so does each byte of a U+FFFD in the archive. Two names with different bytes
 * therefore never become one path, which would hide a file.
 */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const text = toBuffer(bytes).toString('utf8', start, end);
  return text.includes(REPLACEMENT) ? escapeInvalid(bytes.subarray(start, end)) : text;
}

/** Returns the bytes of a decoded name as they are in the archive. */
export function encodeText(text: string): Uint8Array {
  if (!text.includes(REPLACEMENT)) {
    return Buffer.from(text);
  }
  const [start = '', ...escaped] = text.split(REPLACEMENT);
  const pieces = escaped.flatMap((piece) => [
    Buffer.from(piece.slice(0, 2), 'hex'),
    Buffer.from(piece.slice(2)),
  ]);
  return Buffer.concat([Buffer.from(start), ...pieces]);
}

/** Returns the length of a decoded name in bytes of the archive. */
export function countEncodedBytes(text: string): number {
  let escapes = 0;
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) {
    escapes++;
  }
  // An escape is five bytes of UTF-8 and stands for one byte.
  return Buffer.byteLength(text) - 4 * escapes;
}

function escapeInvalid(bytes: Uint8Array): string {
  const buffer = toBuffer(bytes);
  let text = '';
  for (let at = 0; at < buffer.length; ) {
    const length = getSequenceLength(buffer[at] ?? 0);
    const character = buffer.toString('utf8', at, at + length);
    const isValid = !character.includes(REPLACEMENT) && Buffer.byteLength(character) === length;
    if (isValid) {
      text += character;
      at += length;
    } else {
      text += REPLACEMENT + buffer.toString('hex', at, at + 1);
      at++;
    }
  }
  return text;
}

/** Returns the length of the UTF-8 sequence that a byte starts; 1 if it starts none. */
function getSequenceLength(byte: number): number {
  if (byte < 0xc0) {
    return 1;
  }
  if (byte < 0xe0) {
    return 2;
  }
  return byte < 0xf0 ? 3 : 4;
}
