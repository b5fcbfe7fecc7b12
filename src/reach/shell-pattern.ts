import { folderIndex } from './folder-index.ts';
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
  return folderIndex(world)
    .names(folder)
    .filter((one) => (one.startsWith('.') ? name.startsWith('.') : true) && isFitting(one))
    .map((one) => `${folder}/${one}`);
}

/** A test for a name with `*`, `?` and `[…]`. A bracket that is not closed stands for itself. */
export function isFittingName(pattern: string): (name: string) => boolean {
  const signs = signsOf(pattern);
  return (name) => fits(signs, name);
}

type Sign = '*' | ((char: string) => boolean);

function signsOf(pattern: string): readonly Sign[] {
  const signs: Sign[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? '';
    const close = char === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (char === '*') {
      signs.push('*');
    } else if (char === '?') {
      signs.push(() => true);
    } else if (close > 0) {
      signs.push(isInSet(pattern.slice(at + 1, close)));
      at = close;
    } else {
      signs.push((one) => one === char);
    }
  }
  return signs;
}

function isInSet(set: string): (char: string) => boolean {
  const isNegated = set.startsWith('!') || set.startsWith('^');
  const chars = isNegated ? set.slice(1) : set;
  return (char) => isListed(chars, char) !== isNegated;
}

function isListed(chars: string, char: string): boolean {
  for (let at = 0; at < chars.length; at += 1) {
    const isRange = chars[at + 1] === '-' && at + 2 < chars.length;
    const [first = '', last = ''] = [chars[at], isRange ? chars[at + 2] : chars[at]];
    if (char >= first && char <= last) {
      return true;
    }
    at += isRange ? 2 : 0;
  }
  return false;
}

/** Goes back to the last star only, so that it takes the product of both lengths at most. */
function fits(signs: readonly Sign[], name: string): boolean {
  let [sign, at, star, starAt] = [0, 0, -1, 0];
  while (at < name.length) {
    const one = signs[sign];
    if (one === '*') {
      star = sign;
      starAt = at;
      sign += 1;
    } else if (one?.(name[at] ?? '') === true) {
      sign += 1;
      at += 1;
    } else if (star >= 0) {
      sign = star + 1;
      starAt += 1;
      at = starAt;
    } else {
      return false;
    }
  }
  return signs.slice(sign).every((one) => one === '*');
}
