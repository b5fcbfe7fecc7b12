import { matchesName, parseNamePattern } from '../core/name-pattern.ts';
import { getFolderIndex } from './folder-index.ts';
import type { ReachWorld } from './rule-contract.ts';

/** Found paths beyond this many are not looked at: a pattern is no closure. */
const FOUND_MAX = 4_096;

type World = Pick<ReachWorld, 'view'>;

const SIGNS = /[*?[]/;

/**
 * Paths that fit a pattern of a shell with `*`, `?` and `[…]`; the text itself where it is none.
 */
export function expandPattern(pattern: string, world: World): readonly string[] {
  if (!SIGNS.test(pattern)) {
    return [pattern];
  }
  let found: readonly string[] = [''];
  for (const name of pattern.split('/').filter((part) => part !== '')) {
    found = found.flatMap((folder) => step(folder, name, world)).slice(0, FOUND_MAX);
  }
  return found;
}

function step(folder: string, name: string, world: World): readonly string[] {
  if (!SIGNS.test(name)) {
    return [`${folder}/${name}`];
  }
  const isFitting = isFittingName(name);
  // Nothing is listed in the root itself: so begins `$folder/*` where nobody knows the folder.
  return getFolderIndex(world)
    .listNames(folder)
    .filter((one) => (one.startsWith('.') ? name.startsWith('.') : true) && isFitting(one))
    .map((one) => `${folder}/${one}`);
}

/** A test for a name with `*`, `?` and `[…]`. A bracket that is not closed stands for itself. */
export function isFittingName(pattern: string): (name: string) => boolean {
  const parsed = parseNamePattern(pattern);
  return (name) => matchesName(parsed, name);
}
