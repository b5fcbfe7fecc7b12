import type { FileView } from '../../foundation/core/cataloger.ts';
import type { PassedLink } from '../../foundation/core/reach.ts';
import { getParentPath, joinPath } from '../../image/view/path.ts';

/** A link that is the opened file itself, or the file at the end. */
export interface Stop {
  readonly path: string;
  /** Target as written in the link; absent for the file at the end. */
  readonly target?: string;
  /** Links to directories that lead here from the stop before. */
  readonly via: readonly PassedLink[];
}

export interface Traversal {
  /** Real path of the opened file. */
  readonly path: string;
  /** Every link that stands for the file, then the file. */
  readonly stops: readonly Stop[];
}

const LINKS_MAX = 40;

/**
 * Returns every symbolic link that opening a path follows, including those to directories, and the
 * file at its end. Each of them is as necessary as the file. But paths to different files share the
 * links to directories, so only links that are the file itself are stops. `undefined` if the path is
 * dangling or circular.
 */
export function traverse(view: FileView, path: string): Traversal | undefined {
  const known = getTraversals(view);
  const found = known.get(path);
  if (found !== undefined || known.has(path)) {
    return found;
  }
  const made = follow(view, path);
  known.set(path, made);
  return made;
}

/** The same few thousand paths are looked up repeatedly. */
const traversals = new WeakMap<FileView, Map<string, Traversal | undefined>>();

function getTraversals(view: FileView): Map<string, Traversal | undefined> {
  const known = traversals.get(view);
  if (known !== undefined) {
    return known;
  }
  const made = new Map<string, Traversal | undefined>();
  traversals.set(view, made);
  return made;
}

function follow(view: FileView, path: string): Traversal | undefined {
  const names = path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .toReversed();
  const stops: Stop[] = [];
  let via: PassedLink[] = [];
  let at = '/';
  for (let name = names.pop(), links = 0; name !== undefined; name = names.pop()) {
    if (name === '..') {
      at = getParentPath(at);
      continue;
    }
    const next = joinPath(at, name);
    const target = findLinkTarget(view, next);
    if (target === undefined) {
      at = next;
      continue;
    }
    links += 1;
    if (links > LINKS_MAX) {
      return undefined;
    }
    if (names.length === 0) {
      stops.push({ path: next, target, via });
      via = [];
    } else {
      via.push({ path: next, target });
    }
    at = target.startsWith('/') ? '/' : at;
    names.push(
      ...target
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .toReversed(),
    );
  }
  if (view.resolve(at) === undefined && at !== '/') {
    return undefined;
  }
  const isFolder = view.findRealFolder(at) !== undefined;
  const all = isFolder ? [...stops.flatMap(toPassedLinks), ...via] : via;
  return { path: at, stops: [...(isFolder ? [] : stops), { path: at, via: all }] };
}

function findLinkTarget(view: FileView, path: string): string | undefined {
  const ref = view.find(path);
  const files = ref && view.layers[ref.layer]?.files;
  return ref !== undefined && files?.getType(ref.row) === 'symlink'
    ? files.linkTarget(ref.row)
    : undefined;
}

/** If the file is a directory, all links lead to a directory. */
function toPassedLinks({ path, target, via }: Stop): readonly PassedLink[] {
  return target === undefined ? via : [...via, { path, target }];
}
