import type { FileRef, FileView, LayerFacts } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { LinkedPaths } from './linked-paths.ts';

/** A request of an extractor for a file by its path. */
export interface WantedRole {
  readonly extractor: string;
  readonly role: string;
}

/**
 * A file that an extractor requests by a name which only a link has, so that the first pass did not
 * offer it.
 */
export interface UnreadLink extends WantedRole {
  /** Path of the link. */
  readonly path: string;
  /** Target of the link. */
  readonly realPath: string;
  /** The regular file to read. */
  readonly ref: FileRef;
}

/**
 * Returns files that a process sees under a requested name although their own name is not
 * requested, and for which the extractor has no fact yet: behind symbolic and hard links, and in
 * directories behind links. Each should be read once more; the fact then belongs to the row of
 * `ref`.
 *
 * @param wantedAt returns the requests for a file with this path, by its path alone
 * @param linked finds requested paths through links to directories
 */
export function findUnreadLinks(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  wantedAt: (path: string) => readonly WantedRole[],
  linked: LinkedPaths,
): UnreadLink[] {
  const unread = new Map<string, UnreadLink>();
  let known: readonly RolesByRow[] | undefined;
  const paths = [...listLinkedNames(view), ...linked.findPaths(view)].sort(compareText);
  for (const path of paths) {
    const wanted = wantedAt(path);
    const found = wanted.length === 0 ? undefined : view.resolve(path);
    const files = found && view.layers[found.ref.layer]?.files;
    if (found === undefined || files?.getType(found.ref.row) !== 'regular') {
      continue;
    }
    known ??= layerFacts.map(groupRoles);
    const { layer, row } = found.ref;
    const roles = known[layer]?.get(row);
    const offered = wantedAt(files.getPath(found.ref.row));
    for (const { extractor, role } of wanted) {
      const wasOffered = offered.some(
        (other) => other.extractor === extractor && other.role === role,
      );
      const key = `${extractor}\0${role}\0${layer}\0${row}`;
      if (!wasOffered && !unread.has(key) && roles?.has(toRoleKey(extractor, role)) !== true) {
        unread.set(key, { extractor, role, path, realPath: found.path, ref: found.ref });
      }
    }
  }
  return [...unread.values()].sort(
    (left, right) =>
      compareText(left.path, right.path) || compareText(left.extractor, right.extractor),
  );
}

/** Yields visible paths of symbolic and hard links. */
function* listLinkedNames(view: FileView): Generator<string> {
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

function groupRoles({ facts }: LayerFacts): RolesByRow {
  const byRow = new Map<number, Set<string>>();
  for (const { extractor, role, row } of facts) {
    const known = byRow.get(row);
    if (known === undefined) {
      byRow.set(row, new Set([toRoleKey(extractor, role)]));
    } else {
      known.add(toRoleKey(extractor, role));
    }
  }
  return byRow;
}

function toRoleKey(extractor: string, role: string): string {
  return `${extractor}\0${role}`;
}
