import type { DatabaseSync } from 'node:sqlite';

/** Returns the numbers of all contents that may have one of the IDs. */
export function findContents(database: DatabaseSync, ids: readonly string[]): readonly number[] {
  const select = database.prepare('SELECT contents FROM statement_ids WHERE hash = ?');
  const found = ids.flatMap((id) => {
    const row = select.get(hashId(id));
    return row === undefined ? [] : unpackNumbers(row['contents'] as Uint8Array);
  });
  return [...new Set(found)];
}

const FNV_OFFSET = 0x81_1c_9d_c5;
const FNV_PRIME = 0x01_00_01_93;

/** FNV-1a, 32 bits. The rows themselves resolve collisions. */
function hashId(id: string): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < id.length; at++) {
    hash = Math.imul(hash ^ id.charCodeAt(at), FNV_PRIME);
  }
  return hash >>> 0;
}

const PART_BITS = 7;
const PART_VALUES = 2 ** PART_BITS;

/** Each number is stored as the difference to the previous one, in groups of seven bits. */
function unpackNumbers(bytes: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  let last = 0;
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte % PART_VALUES) * factor;
    factor *= PART_VALUES;
    if (byte < PART_VALUES) {
      last += value;
      numbers.push(last);
      value = 0;
      factor = 1;
    }
  }
  return numbers;
}
