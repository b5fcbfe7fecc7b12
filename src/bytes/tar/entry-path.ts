/** Components that a normalized path does not have: empty ones, `.` and `..`. */
const ODD_COMPONENT = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * The absolute, normalized path of an entry's name: `./a//b/` becomes `/a/b`, and a name of the root
 * becomes `/`. `..` removes the component before it, and nothing at the root, as containerd reads
 * it. `undefined` if the name holds a NUL, which no path may.
 */
export function entryPath(name: string): string | undefined {
  if (name.includes('\0')) {
    return undefined;
  }
  // Some archives have a dot before each name, and directories a slash behind: most names have no
  // more.
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

/** Whether a name has a component `..`, which readers resolve differently across links. */
export function hasParentComponent(name: string): boolean {
  return name.includes('..') && name.split('/').includes('..');
}
