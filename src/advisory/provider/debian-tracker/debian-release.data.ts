/**
 * Codename → version, https://www.debian.org/releases/. Unstable has a name but no version.
 *
 * Origin: Debian's page of releases above.
 */
export const DEBIAN_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['duke', '15'],
]);

export const DEBIAN_UNSTABLE = 'sid';

/**
 * The next release before it has a version: systems use its name, and its data is that of unstable.
 */
export const DEBIAN_TESTING = 'forky';
