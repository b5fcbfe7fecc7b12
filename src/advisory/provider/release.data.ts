/**
 * Codename → version, https://www.debian.org/releases/. Unstable has a name but no version.
 *
 * Origin: Debian's page of releases above.
 */
export const DEBIAN_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['woody', '3'],
  ['sarge', '3.1'],
  ['etch', '4'],
  ['lenny', '5'],
  ['squeeze', '6'],
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

/** Urgencies of Debian's security tracker that are severities. */
export const DEBIAN_URGENCIES: ReadonlyMap<string, string> = new Map([
  ['unimportant', 'negligible'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
]);

/**
 * Codenames of Ubuntu by version.
 *
 * Origin: Debian's package distro-info-data (ISC).
 */
export const UBUNTU_CODENAMES: ReadonlyMap<string, string> = new Map([
  ['4.10', 'warty'],
  ['5.04', 'hoary'],
  ['5.10', 'breezy'],
  ['6.06', 'dapper'],
  ['6.10', 'edgy'],
  ['7.04', 'feisty'],
  ['7.10', 'gutsy'],
  ['8.04', 'hardy'],
  ['8.10', 'intrepid'],
  ['9.04', 'jaunty'],
  ['9.10', 'karmic'],
  ['10.04', 'lucid'],
  ['10.10', 'maverick'],
  ['11.04', 'natty'],
  ['11.10', 'oneiric'],
  ['12.04', 'precise'],
  ['12.10', 'quantal'],
  ['13.04', 'raring'],
  ['13.10', 'saucy'],
  ['14.04', 'trusty'],
  ['14.10', 'utopic'],
  ['15.04', 'vivid'],
  ['15.10', 'wily'],
  ['16.04', 'xenial'],
  ['16.10', 'yakkety'],
  ['17.04', 'zesty'],
  ['17.10', 'artful'],
  ['18.04', 'bionic'],
  ['18.10', 'cosmic'],
  ['19.04', 'disco'],
  ['19.10', 'eoan'],
  ['20.04', 'focal'],
  ['20.10', 'groovy'],
  ['21.04', 'hirsute'],
  ['21.10', 'impish'],
  ['22.04', 'jammy'],
  ['22.10', 'kinetic'],
  ['23.04', 'lunar'],
  ['23.10', 'mantic'],
  ['24.04', 'noble'],
  ['24.10', 'oracular'],
  ['25.04', 'plucky'],
  ['25.10', 'questing'],
  ['26.04', 'resolute'],
]);
