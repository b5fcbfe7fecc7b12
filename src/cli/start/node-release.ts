/** The oldest release of Node that can run the program, as in `engines` of `package.json`. */
export const NODE_MIN = '24.15';

/** Returns the error text for a release of Node that is too old, else `undefined`. */
export function explainOldNode(release: string): string | undefined {
  return isAtLeast(release, NODE_MIN)
    ? undefined
    : `error[E_NODE]: plimsoll needs Node ${NODE_MIN} or later, but this is Node ${release}
hint: install a newer Node, or let npm bring one: npx -p node@24 -p plimsoll plimsoll …; a checkout brings its own\n`;
}

function isAtLeast(release: string, minimum: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const [minimumMajor = 0, minimumMinor = 0] = minimum.split('.').map(Number);
  return major > minimumMajor || (major === minimumMajor && minor >= minimumMinor);
}
