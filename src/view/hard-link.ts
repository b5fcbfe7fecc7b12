import type { FileTable } from '../core/file-table.ts';

const known = new WeakMap<FileTable, ReadonlyMap<number, number>>();

/**
 * The hard links of a layer whose other name is an earlier member of the same layer: row of the
 * link → row that holds the content. A link to a name of a lower layer is not among them; it is
 * resolved by its path. The table must be complete: the answer is kept.
 */
export function hardLinksOf(files: FileTable): ReadonlyMap<number, number> {
  let links = known.get(files);
  if (links === undefined) {
    links = findHardLinks(files);
    known.set(files, links);
  }
  return links;
}

function findHardLinks(files: FileTable): ReadonlyMap<number, number> {
  const contentRows = new Map<number, number>();
  const rowOfTarget = new Map<string, number | undefined>();
  for (let row = 0; row < files.length; row++) {
    if (files.type(row) === 'hardlink') {
      rowOfTarget.set(files.linkTarget(row) ?? '', undefined);
    }
  }
  if (rowOfTarget.size === 0) {
    return contentRows;
  }
  for (let row = 0; row < files.length; row++) {
    let contentRow: number | undefined = row;
    if (files.type(row) === 'hardlink') {
      contentRow = rowOfTarget.get(files.linkTarget(row) ?? '');
      if (contentRow !== undefined) {
        contentRows.set(row, contentRow);
      }
    }
    if (rowOfTarget.has(files.path(row))) {
      rowOfTarget.set(files.path(row), contentRow);
    }
  }
  return contentRows;
}
