/** Components that a normalised path does not have: empty ones, `.` and `..`. */
const ODD_COMPONENT = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * The absolute, normalised path of an entry's name: `./a//b/` is `/a/b`, and what names the root is
 * `/`. `undefined` where the name leads upwards or holds a NUL, which no path may.
 */
export function entryPath(name: string): string | undefined {
  if (name.includes('\0')) {
    return undefined;
  }
  // Some archives have a dot before each name, and folders a slash behind: most names have no more.
  const start = name.startsWith('./') ? 2 : 0;
  const plain = name.slice(start, name.endsWith('/') ? -1 : undefined);
  if (!ODD_COMPONENT.test(plain)) {
    return `/${plain}`;
  }
  const components = name.split('/').filter((component) => component !== '' && component !== '.');
  return components.includes('..') ? undefined : `/${components.join('/')}`;
}
