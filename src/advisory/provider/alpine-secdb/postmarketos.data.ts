import type { SystemOverride } from '../../resolve-release.ts';

/**
 * Release of postmarketOS → minor number of the release of Alpine 3 that it adds packages to.
 *
 * Origin: the releases of postmarketOS, https://wiki.postmarketos.org/wiki/Releases; Grype's
 * databases have the same rules.
 */
const RELEASES: readonly (readonly [version: string, alpine: string])[] = [
  ['20.05', '12'],
  ['21.03', '13'],
  ['21.06', '14'],
  ['21.12', '15'],
  ['22.06', '16'],
  ['22.12', '17'],
  ['23.06', '18'],
  ['23.12', '19'],
  ['24.06', '20'],
  ['24.12', '21'],
  ['25.06', '22'],
  ['25.12', '23'],
];

const BASE = { alias: 'postmarketos', version: '', versionPattern: '', codename: '' };

/** Replaces releases of postmarketOS, which has no security database, with those of Alpine. */
export const POSTMARKETOS_RULES: readonly SystemOverride[] = [
  ...RELEASES.map(([version, minorVersion]) => ({
    ...BASE,
    version,
    isRolling: false,
    name: 'alpine',
    majorVersion: '3',
    minorVersion,
  })),
  { ...BASE, version: 'edge', isRolling: true, name: 'alpine', label: 'edge' },
];
