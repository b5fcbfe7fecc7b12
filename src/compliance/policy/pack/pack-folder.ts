import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { expandPack } from './expand-pack.ts';
import { findPacksFolder, SHARED_RULES } from './find-packs-folder.ts';

/** Also a file name without directories. */
const PACK_ID = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const EXTENSION = '.yaml';
const TESTS = '.test.yaml';

/** Lists the IDs of the packs that come with the program, sorted. */
export function listPackIds(): readonly string[] {
  return readdirSync(findPacksFolder())
    .filter((name) => name.endsWith(EXTENSION) && !name.endsWith(TESTS) && name !== SHARED_RULES)
    .map((name) => name.slice(0, -EXTENSION.length))
    .toSorted(compareText);
}

/**
 * Returns the text of a pack with the shared rules that it names, so that it is complete by itself;
 * `undefined` if there is no such pack.
 */
export function readPackText(id: string): string | undefined {
  if (!PACK_ID.test(id)) {
    return undefined;
  }
  const file = join(findPacksFolder(), `${id}${EXTENSION}`);
  return existsSync(file) && file !== join(findPacksFolder(), SHARED_RULES)
    ? addSharedRules(readFileSync(file, 'utf8'))
    : undefined;
}

/** Adds the shared rules that the controls of a pack name to its text. */
export function addSharedRules(text: string): string {
  return expandPack(text, readFileSync(join(findPacksFolder(), SHARED_RULES), 'utf8'));
}
