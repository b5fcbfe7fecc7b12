import type { FileRef, FileView, LayerFacts } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';
import type { LinkedPaths } from './linked-paths.ts';

/** What some extractor wants of a file by its path. */
export interface WantedRole {
  readonly extractor: string;
  readonly role: string;
}

/**
 * A file that an extractor wants by a name which only a link has, so that it was not offered in the
 * pass.
 */
export interface UnreadLink extends WantedRole {
  /** Path of the link. */
  readonly path: string;
  /** Where it leads. */
  readonly realPath: string;
  /** The regular file to be read. */
  readonly ref: FileRef;
}

/**
 * Files that a process sees under a wanted name although their own name is not wanted, and of whose
 * content the extractor has no fact yet: behind symbolic and hard links, and in directories behind
 * links. Each of them is worth reading once more; the fact then belongs to the row of `ref`.
 *
 * @param wantedAt who wants a file of this path, by its path alone
 * @param linked finds wanted paths that lead through links to directories
 */
export function unreadLinks(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  wantedAt: (path: string) => readonly WantedRole[],
  linked: LinkedPaths,
): UnreadLink[] {
  const unread = new Map<string, UnreadLink>();
  let known: readonly RolesByRow[] | undefined;
  const paths = [...linkedNames(view), ...linked.find(view)].sort(compareText);
  for (const path of paths) {
    const wanted = wantedAt(path);
    const found = wanted.length === 0 ? undefined : view.resolve(path);
    const files = found && view.layers[found.ref.layer]?.files;
    if (found === undefined || files?.getType(found.ref.row) !== 'regular') {
      continue;
    }
    known ??= layerFacts.map(rolesByRow);
    const { layer, row } = found.ref;
    const roles = known[layer]?.get(row);
    const offered = wantedAt(files.getPath(found.ref.row));
    for (const { extractor, role } of wanted) {
      const wasOffered = offered.some(
        (other) => other.extractor === extractor && other.role === role,
      );
      const key = `${extractor}\0${role}\0${layer}\0${row}`;
      if (!wasOffered && !unread.has(key) && roles?.has(roleKey(extractor, role)) !== true) {
        unread.set(key, { extractor, role, path, realPath: found.path, ref: found.ref });
      }
    }
  }
  return [...unread.values()].sort(
    (left, right) =>
      compareText(left.path, right.path) || compareText(left.extractor, right.extractor),
  );
}

/** Visible paths of symbolic and hard links. */
function* linkedNames(view: FileView): Generator<string> {
  for (const [layer, { files }] of view.layers.entries()) {
    for (const row of files.listLinkRows()) {
      const path = view.getRealPath({ layer, row });
      if (path !== undefined) {
        yield path;
      }
    }
  }
}

/** The extractors that have a fact of a file, each with its role. */
type RolesByRow = ReadonlyMap<number, ReadonlySet<string>>;

function rolesByRow({ facts }: LayerFacts): RolesByRow {
  const byRow = new Map<number, Set<string>>();
  for (const { extractor, role, row } of facts) {
    const known = byRow.get(row);
    if (known === undefined) {
      byRow.set(row, new Set([roleKey(extractor, role)]));
    } else {
      known.add(roleKey(extractor, role));
    }
  }
  return byRow;
}

function roleKey(extractor: string, role: string): string {
  return `${extractor}\0${role}`;
}
