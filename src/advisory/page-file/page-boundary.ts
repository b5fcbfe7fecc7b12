/** Sizes of pages before compression. A page of a higher level consists mostly of hashes. */
interface PageSize {
  /** A page never ends before it has so many bytes, unless it is the last one. */
  readonly min: number;
  /** Mean number of further bytes until it ends. */
  readonly spread: number;
  /** It always ends after the item that reaches so many bytes. */
  readonly max: number;
}

const LEAF_SIZE: PageSize = { min: 8192, spread: 8192, max: 32_768 };
const BRANCH_SIZE: PageSize = { min: 4096, spread: 4096, max: 16_384 };

/**
 * Returns whether a page ends after an item. This depends on nothing but the items of the page, so
 * equal entries are in equal pages, whatever is before them: a change of one entry changes its
 * page, the pages above it, and rarely a neighbor.
 *
 * @param pageBytes bytes of the page with the item
 * @param itemBytes bytes of the item
 */
export function isPageEnd(
  level: number,
  key: string,
  { pageBytes, itemBytes }: { readonly pageBytes: number; readonly itemBytes: number },
): boolean {
  const { min, spread, max } = level === 0 ? LEAF_SIZE : BRANCH_SIZE;
  if (pageBytes < min) {
    return false;
  }
  return pageBytes >= max || hashKey(key, level) < (itemBytes / spread) * HASH_VALUES;
}

const HASH_VALUES = 2 ** 32;
const FNV_OFFSET = 0x81_1c_9d_c5;
const FNV_PRIME = 0x01_00_01_93;

/** FNV-1a, 32 bits, with the final mixing of MurmurHash3, because the first bits decide. */
function hashKey(key: string, level: number): number {
  let hash = FNV_OFFSET ^ level;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
