/** Components that a normalized path does not contain: empty ones, `.` and `..`. */
const ODD_COMPONENT = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * Returns the absolute, normalized path of an entry's name: `./a//b/` becomes `/a/b`, and the name
 * of the root becomes `/`. As in containerd, `..` removes the component before it, and nothing at
 * the root. `undefined` if the name contains a NUL, which no path may.
 */
export function toEntryPath(name: string): string | undefined {
  if (name.includes('\0')) {
    return undefined;
  }
  // Some archives have a dot before each name and a slash after directories; other names are plain.
  const start = name.startsWith('./') ? 2 : 0;
  const plain = name.slice(start, name.endsWith('/') ? -1 : undefined);
  if (!ODD_COMPONENT.test(plain)) {
    return `/${plain}`;
  }
  const components: string[] = [];
  for (const component of name.split('/')) {
    if (component === '..') {
      components.pop();
    } else if (component !== '' && component !== '.') {
      components.push(component);
    }
  }
  return `/${components.join('/')}`;
}

/** Returns whether a name has a component `..`, which readers resolve differently across links. */
export function hasParentComponent(name: string): boolean {
  return name.includes('..') && name.split('/').includes('..');
}
