import type { FileView } from '../core/cataloger.ts';
import { joinPath, parentOf } from '../view/path.ts';

/** A link on the path to a file. */
export interface PassedLink {
  /** Real path of the link itself. */
  readonly path: string;
  /** Target as written in the link. */
  readonly target: string;
}

export interface Traversal {
  /** Real path of the opened file. */
  readonly path: string;
  readonly links: readonly PassedLink[];
}

const LINKS_MAX = 40;

/**
 * Returns every symbolic link that opening a path follows, including those in directories, and the
 * file at its end. Each of them is as necessary as the file. `undefined` if the path is dangling or
 * circular.
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
  const links: PassedLink[] = [];
  let at = '/';
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === '..') {
      at = parentOf(at);
      continue;
    }
    const next = joinPath(at, name);
    const ref = view.find(next);
    const target = ref && view.layers[ref.layer]?.files.linkTarget(ref.row);
    const isLink = ref && view.layers[ref.layer]?.files.getType(ref.row) === 'symlink';
    if (isLink !== true || target === undefined) {
      at = next;
      continue;
    }
    links.push({ path: next, target });
    if (links.length > LINKS_MAX) {
      return undefined;
    }
    at = target.startsWith('/') ? '/' : at;
    names.push(
      ...target
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .toReversed(),
    );
  }
  return view.resolve(at) === undefined && at !== '/' ? undefined : { path: at, links };
}
