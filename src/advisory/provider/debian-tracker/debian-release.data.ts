/**
 * Codename → version, https://www.debian.org/releases/. Unstable has a name and no version.
 *
 * Origin: the page of Debian's releases above.
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
 * The next release while it has no version of its own: its systems name it, its data are those of
 * unstable.
 */
export const DEBIAN_TESTING = 'forky';
