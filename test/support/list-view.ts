import type { FileView } from '../../src/foundation/core/cataloger.ts';

/** Path → kind of file, with the digest of its content or the target of a link. */
export type FileListing = Readonly<Record<string, string>>;

/** Lists everything in a view, including directories that no entry names. */
export function listView(view: FileView): FileListing {
  const listing: Record<string, string> = {};
  const pending = ['/'];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of view.list(folder)) {
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      const text = describe(view, path);
      listing[path] = text;
      if (text === 'directory') pending.push(path);
    }
  }
  return sortListing(listing);
}

export function sortListing(listing: FileListing): FileListing {
  return Object.fromEntries(Object.entries(listing).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describe(view: FileView, path: string): string {
  const found = view.find(path);
  if (found === undefined) return 'directory';
  const { layer, row } = view.resolveHardLink(found);
  const files = view.layers[layer]?.files;
  const type = files?.getType(row) ?? 'missing';
  switch (type) {
    case 'regular':
      return `regular ${files?.getSha256(row)?.slice(0, 16) ?? ''}`;
    case 'symlink':
      return `symlink ${files?.linkTarget(row) ?? ''}`;
    default:
      return type;
  }
}
