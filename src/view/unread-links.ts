import type { FileRef, FileView, LayerFacts } from '../core/cataloger.ts';
import { compareText } from '../core/compare-text.ts';

/** What some extractor wants of a file by its path. */
export interface WantedName {
  readonly extractor: string;
  readonly role: string;
}

/**
 * A file that an extractor wants by a name which only a link has, so that it was not offered in the
 * pass.
 */
export interface UnreadLink extends WantedName {
  /** Path of the link. */
  readonly path: string;
  /** Where it leads. */
  readonly realPath: string;
  /** The regular file to be read. */
  readonly ref: FileRef;
}

/**
 * Visible symbolic and hard links whose own name is wanted while the name of the file they lead to
 * is not, and of whose content the extractor has no fact yet. Each of them is worth reading once
 * more; the fact then belongs to the row of `ref`. Links to folders are not followed: a wanted name
 * inside one has its real path in the view.
 *
 * @param wantedAt who wants a file of this path, by its path alone
 */
export function unreadLinks(
  view: FileView,
  layerFacts: readonly LayerFacts[],
  wantedAt: (path: string) => readonly WantedName[],
): UnreadLink[] {
  const unread: UnreadLink[] = [];
  let known: readonly ExtractorsByRow[] | undefined;
  for (const path of view.paths()) {
    const wanted = isLink(view, path) ? wantedAt(path) : [];
    const found = wanted.length === 0 ? undefined : view.resolve(path);
    const files = found && view.layers[found.ref.layer]?.files;
    if (found === undefined || files?.type(found.ref.row) !== 'regular') {
      continue;
    }
    known ??= layerFacts.map(extractorsByRow);
    const { layer, row } = found.ref;
    const extractors = known[layer]?.get(row);
    const offered = wantedAt(files.path(found.ref.row));
    for (const { extractor, role } of wanted) {
      const wasOffered = offered.some(
        (other) => other.extractor === extractor && other.role === role,
      );
      if (!wasOffered && extractors?.includes(extractor) !== true) {
        unread.push({ extractor, role, path, realPath: found.path, ref: found.ref });
      }
    }
  }
  return unread.sort(
    (left, right) =>
      compareText(left.path, right.path) || compareText(left.extractor, right.extractor),
  );
}

function isLink(view: FileView, path: string): boolean {
  const ref = view.find(path);
  const type = ref && view.layers[ref.layer]?.files.type(ref.row);
  return type === 'symlink' || type === 'hardlink';
}

/** Those that have a fact of a file. */
type ExtractorsByRow = ReadonlyMap<number, readonly string[]>;

function extractorsByRow({ facts }: LayerFacts): ExtractorsByRow {
  const byRow = new Map<number, string[]>();
  for (const { extractor, row } of facts) {
    const known = byRow.get(row);
    if (known === undefined) {
      byRow.set(row, [extractor]);
    } else {
      known.push(extractor);
    }
  }
  return byRow;
}
