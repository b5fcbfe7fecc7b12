/** A place in an archive, as it is shown: `/app/x.jar:META-INF/MANIFEST.MF`. */
export function memberPath(archive: string, member: string): string {
  return `${archive}:${member}`;
}

const MEMBER = /^(.+\.(?:jar|war|ear)):(.+)$/s;

/** Archive and member that a path names; without a member for a file of its own. */
export function splitMemberPath(path: string): { readonly file: string; readonly member?: string } {
  const [, file, member] = MEMBER.exec(path) ?? [];
  return file === undefined || member === undefined ? { file: path } : { file, member };
}
