import { isNameMatch, parseNamePattern } from '../../foundation/core/name-pattern.ts';
import { getFolderIndex } from './folder-index.ts';
import type { ReachWorld } from './rule-contract.ts';

/** Further matches are ignored: a pattern is not a closure. */
const FOUND_MAX = 4_096;

type World = Pick<ReachWorld, 'view'>;

const SIGNS = /[*?[]/;

/**
 * Expands a shell pattern with `*`, `?` and `[…]` to paths; text without a pattern returns itself.
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
  const isFull = isFittingName(name);
  // The root itself is never listed: `$folder/*` becomes `/*` if the directory is unknown.
  return getFolderIndex(world)
    .listNames(folder)
    .filter((one) => (one.startsWith('.') ? name.startsWith('.') : true) && isFull(one))
    .map((one) => `${folder}/${one}`);
}

/** Creates a test for a name with `*`, `?` and `[…]`. An unclosed bracket is literal. */
export function isFittingName(pattern: string): (name: string) => boolean {
  const parsed = parseNamePattern(pattern);
  return (name) => isNameMatch(parsed, name);
}
