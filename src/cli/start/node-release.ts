/** The oldest Node that runs the program: `engines` of `package.json`. */
export const NODE_MIN = '24.15';

/** What to tell whose Node is older, as any error is told; `undefined` where it will do. */
export function objectionToNode(release: string): string | undefined {
  return isAtLeast(release, NODE_MIN)
    ? undefined
    : `error[E_NODE]: plimsoll needs Node ${NODE_MIN} or later, and this is Node ${release}
hint: install a later one, or start plimsoll by the script of its repository, which brings its own\n`;
}

function isAtLeast(release: string, least: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
