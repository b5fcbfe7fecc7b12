import type { FileView } from '../core/cataloger.ts';
import type { FileType } from '../core/file-table.ts';
import { joinPath } from '../view/path.ts';
import type { ReachWorld } from './rule-contract.ts';

/** Found paths beyond this many are not looked at: a pattern is no closure. */
const FOUND_MAX = 4_096;
const DEPTH_MAX = 16;
const EXECUTE_BITS = 0o111;

type World = Pick<ReachWorld, 'view'>;

/**
 * Whether a path leads to a folder, links followed. One that no layer names is there all the same
 * where something lies in it.
 */
export function isFolder(path: string, { view }: World): boolean {
  const found = view.resolve(path);
  return found === undefined
    ? view.list(path).length > 0
    : view.layers[found.ref.layer]?.files.type(found.ref.row) === 'directory';
}

/** Whether a path leads to something that may be run. */
export function isExecutable(path: string, { view }: World): boolean {
  const found = view.resolve(path);
  const files = found && view.layers[found.ref.layer]?.files;
  if (found === undefined || files === undefined) {
    return false;
  }
  const { row } = found.ref;
  return files.type(row) !== 'directory' && (files.mode(row) & EXECUTE_BITS) !== 0;
}

const known = new WeakMap<FileView, Map<string, readonly string[]>>();

/** Paths of what is no folder in a folder, at any depth down to `depthMax`, sorted in each. */
export function filesBelow(
  folder: string,
  { view }: World,
  depthMax = DEPTH_MAX,
): readonly string[] {
  const lists = known.get(view) ?? new Map<string, readonly string[]>();
  known.set(view, lists);
  const key = `${depthMax} ${folder}`;
  const found = lists.get(key) ?? listBelow(view.resolve(folder)?.path ?? folder, view, depthMax);
  lists.set(key, found);
  return found;
}

function listBelow(folder: string, view: FileView, depthMax: number): readonly string[] {
  const found: string[] = [];
  const visit = (at: string, depth: number): void => {
    for (const name of view.list(at)) {
      const path = joinPath(at, name);
      const ref = view.find(path);
      const type = ref && view.layers[ref.layer]?.files.type(ref.row);
      if (type === undefined || type === 'directory') {
        if (depth < depthMax) {
          visit(path, depth + 1);
        }
      } else if (found.length < FOUND_MAX && !isLinkToFolder(type, path, view)) {
        found.push(path);
      }
    }
  };
  visit(folder, 1);
  return found;
}

function isLinkToFolder(type: FileType, path: string, view: FileView): boolean {
  return type === 'symlink' && isFolder(path, { view });
}

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
  const real = world.view.resolve(folder === '' ? '/' : folder)?.path ?? folder;
  return world.view
    .list(real)
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
