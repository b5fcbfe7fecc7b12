import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../core/assert.ts';

/**
 * `contents` contains the numbers of the contents that may have an ID, each as the difference to
 * the previous one, in groups of seven bits. IDs with the same hash share a row.
 */
export const ID_INDEX_TABLE = `
  CREATE TABLE statement_ids (hash INTEGER PRIMARY KEY, contents BLOB NOT NULL);
`;

/** Collects the IDs of a shard's contents and writes them at the end. */
export class IdIndexWriter {
  readonly #contents = new Map<number, number[]>();

  /** Contents must come in ascending order. */
  addId(id: string, content: number): void {
    const key = hashId(id);
    const known = this.#contents.get(key);
    if (known === undefined) {
      this.#contents.set(key, [content]);
    } else if (known.at(-1) !== content) {
      known.push(content);
    }
  }

  writeIndex(database: DatabaseSync): void {
    const insert = database.prepare('INSERT INTO statement_ids VALUES (?, ?)');
    const ordered = [...this.#contents].sort(([left], [right]) => left - right);
    for (const [key, contents] of ordered) {
      insert.run(key, packNumbers(contents));
    }
  }
}

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

function packNumbers(ascending: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let last = 0;
  for (const value of ascending) {
    let rest = value - last;
    assert(rest > 0, 'numbers of contents ascend');
    last = value;
    while (rest >= PART_VALUES) {
      bytes.push((rest % PART_VALUES) + PART_VALUES);
      rest = Math.floor(rest / PART_VALUES);
    }
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

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
