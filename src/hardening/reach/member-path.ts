/** Formats a place in an archive: `/app/x.jar:META-INF/MANIFEST.MF`. */
export function toMemberPath(archive: string, member: string): string {
  return `${archive}:${member}`;
}

const ARCHIVE = /\.(?:jar|war|ear):/g;

/** Splits a path into the file and its nested archive members. A plain file has no members. */
export function splitMemberPath(path: string): {
  readonly file: string;
  readonly members: readonly string[];
} {
  const parts: string[] = [];
  let start = 0;
  for (const { index, 0: end } of path.matchAll(ARCHIVE)) {
    parts.push(path.slice(start, index + end.length - 1));
    start = index + end.length;
  }
  parts.push(path.slice(start));
  const [file = path, ...members] = parts;
  return { file, members };
}
