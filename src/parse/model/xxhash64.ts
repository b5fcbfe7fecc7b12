const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
const STRIPE_BYTES = 32;

/** XXH64 with seed 0, as 16 hexadecimal digits. xxHash specification, "XXH64 algorithm". */
export function xxhash64(content: Uint8Array): string {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let at = 0;
  let hash = PRIME_5;
  if (content.length >= STRIPE_BYTES) {
    let [a, b, c, d] = [wrapped(PRIME_1 + PRIME_2), PRIME_2, 0n, wrapped(-PRIME_1)];
    for (; at + STRIPE_BYTES <= content.length; at += STRIPE_BYTES) {
      a = round(a, view.getBigUint64(at, true));
      b = round(b, view.getBigUint64(at + 8, true));
      c = round(c, view.getBigUint64(at + 16, true));
      d = round(d, view.getBigUint64(at + 24, true));
    }
    hash = wrapped(rotated(a, 1n) + rotated(b, 7n) + rotated(c, 12n) + rotated(d, 18n));
    for (const lane of [a, b, c, d]) {
      hash = wrapped((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);
    }
  }
  hash = wrapped(hash + BigInt(content.length));
  for (; at + 8 <= content.length; at += 8) {
    hash = rotated(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4;
    hash = wrapped(hash);
  }
  if (at + 4 <= content.length) {
    const word = wrapped(BigInt(view.getUint32(at, true)) * PRIME_1);
    hash = wrapped(rotated(hash ^ word, 23n) * PRIME_2 + PRIME_3);
    at += 4;
  }
  for (; at < content.length; at++) {
    const byte = wrapped(BigInt(view.getUint8(at)) * PRIME_5);
    hash = wrapped(rotated(hash ^ byte, 11n) * PRIME_1);
  }
  hash = wrapped((hash ^ (hash >> 33n)) * PRIME_2);
  hash = wrapped((hash ^ (hash >> 29n)) * PRIME_3);
  return (hash ^ (hash >> 32n)).toString(16).padStart(16, '0');
}

function round(accumulator: bigint, input: bigint): bigint {
  return wrapped(rotated(wrapped(accumulator + input * PRIME_2), 31n) * PRIME_1);
}

function rotated(value: bigint, bits: bigint): bigint {
  return wrapped((value << bits) | (value >> (64n - bits)));
}

function wrapped(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
