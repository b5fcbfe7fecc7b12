/**
 * Returns the number under which a text is indexed, of 53 bits. Equal texts have equal numbers.
 * Different read keys with one number only cause that a component is matched once more than
 * necessary.
 */
export function hashText(key: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    low = Math.imul(low ^ unit, 2_654_435_761);
    high = Math.imul(high ^ unit, 1_597_334_677);
  }
  low =
    Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  high =
    Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return ((high >>> 0) % 2 ** 21) * 2 ** 32 + (low >>> 0);
}

/**
 * Returns the numbers that a set of read keys is indexed by. Facts are not indexed, because no
 * match contains them. A record is indexed by its ID alone, because each ID is looked up with every
 * provider that keeps records of its kind.
 */
export function hashReadKeys(keys: Iterable<string>): ReadonlySet<number> {
  const hashes = new Set<number>();
  for (const key of keys) {
    if (!key.startsWith(FACT)) {
      hashes.add(hashText(key.startsWith(RECORD) ? key.replace(RECORD_PROVIDER, '') : key));
    }
  }
  return hashes;
}

const FACT = 'f\0';
const RECORD = 'r\0';
const RECORD_PROVIDER = /(?<=^r\0)[^/]*\//;
