import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import { readGeneration } from './current-generation.ts';
import { readPin } from './pins.ts';

const SHARDS_FOLDER = 'shards';
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Removes the kept databases to which nothing refers: they are neither in use nor the one before,
 * to which a person may go back, no current verdict was computed from them, and they are neither
 * held back nor pinned. Returns their digests.
 */
export async function removeGenerations(store: Store, root: string): Promise<readonly string[]> {
  return await store.runTransaction(async ({ db }) => {
    const verdicts = await db
      .selectFrom('verdict')
      .innerJoin('revision', 'revision.id', 'verdict.revision')
      .select('revision.generation')
      .where('verdict.current', '=', 1)
      .distinct()
      .execute();
    const held = await db
      .selectFrom('held_update')
      .select('generation')
      .where('accepted', 'is', null)
      .execute();
    const last = await readGeneration(db);
    const before = await db
      .selectFrom('revision')
      .select('generation')
      .where('generation', '!=', last ?? '')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const used = new Set([
      last,
      before?.generation,
      (await readPin(db))?.generation,
      ...verdicts.map(({ generation }) => generation),
      ...held.map(({ generation }) => generation),
    ]);
    const removed = readdirSync(root).filter((name) => DIGEST.test(name) && !used.has(name));
    for (const name of removed) {
      rmSync(join(root, name), { recursive: true, force: true });
    }
    removeShards(join(root, SHARDS_FOLDER));
    return removed;
  });
}

/** A shard that no database refers to has one link. */
function removeShards(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).nlink === 1) {
      rmSync(path);
    }
  }
}
