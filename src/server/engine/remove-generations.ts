import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import { readGeneration } from './current-generation.ts';

const SHARDS_FOLDER = 'shards';
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Removes the kept databases to which nothing refers: they are not in use, no current verdict was
 * computed from them, and they are not held back. Returns their digests.
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
    const used = new Set([
      await readGeneration(db),
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
