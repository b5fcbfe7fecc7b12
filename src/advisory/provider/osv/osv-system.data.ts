/*
 * Origin: ecosystems are those of the OSV schema, "Defined Ecosystems". Names of systems and of
 * sources are those in Grype's databases, so that both kinds of database answer the same look-ups.
 */

import type { SystemOverride } from '../../resolve-release.ts';
import { createRollingRule } from '../rolling-system.ts';
import { SUSE_RULES } from '../suse-product.ts';

export interface OsvDistribution {
  /** Name of the system, `ID` of its os-release file, and name of the source. */
  readonly name: string;
  readonly releaseId: string;
  readonly provider: string;
  /** Package type and version scheme. */
  readonly packageType: 'apk' | 'deb' | 'rpm';
  /** Form of the release after the colon. `none`: the system has no releases. */
  readonly release:
    | 'numbers'
    | 'none'
    | 'debian'
    | 'red-hat'
    | 'suse'
    | 'opensuse'
    | 'ubuntu'
    | 'openeuler';
}

/** `affected[].package.ecosystem` up to the first colon → distribution. */
export const OSV_DISTRIBUTIONS: ReadonlyMap<string, OsvDistribution> = new Map(
  (
    [
      ['AlmaLinux', 'almalinux', 'almalinux', 'alma', 'rpm', 'numbers'],
      ['Alpaquita', 'alpaquita', 'alpaquita', 'bellsoft', 'apk', 'numbers'],
      ['Alpine', 'alpine', 'alpine', 'alpine', 'apk', 'numbers'],
      ['Azure Linux', 'azurelinux', 'azurelinux', 'mariner', 'rpm', 'numbers'],
      [
        'BellSoft Hardened Containers',
        'bellsoft-hardened-containers',
        'bellsoft-hardened-containers',
        'bellsoft',
        'apk',
        'numbers',
      ],
      ['Chainguard', 'chainguard', 'chainguard', 'chainguard', 'apk', 'none'],
      ['CleanStart', 'cleanstart', 'cleanstart', 'cleanstart', 'apk', 'none'],
      ['Debian', 'debian', 'debian', 'debian', 'deb', 'debian'],
      ['Echo', 'echo', 'echo', 'echo', 'deb', 'none'],
      ['Mageia', 'mageia', 'mageia', 'mageia', 'rpm', 'numbers'],
      ['MinimOS', 'minimos', 'minimos', 'minimos', 'apk', 'none'],
      ['Photon OS', 'photon', 'photon', 'photon', 'rpm', 'numbers'],
      ['Red Hat', 'redhat', 'rhel', 'rhel', 'rpm', 'red-hat'],
      ['Rocky Linux', 'rockylinux', 'rocky', 'rocky', 'rpm', 'numbers'],
      ['SUSE', 'sles', 'sles', 'sles', 'rpm', 'suse'],
      ['Ubuntu', 'ubuntu', 'ubuntu', 'ubuntu', 'deb', 'ubuntu'],
      ['Wolfi', 'wolfi', 'wolfi', 'wolfi', 'apk', 'none'],
      ['openEuler', 'openeuler', 'openEuler', 'openeuler', 'rpm', 'openeuler'],
      ['openSUSE', 'opensuseleap', 'opensuse-leap', 'opensuse', 'rpm', 'opensuse'],
    ] as const
  ).map(([ecosystem, name, releaseId, provider, packageType, release]) => [
    ecosystem,
    { name, releaseId, provider, packageType, release },
  ]),
);

/** Distributions whose documents OSV.dev offers for redistribution. */
export const OSV_EXPORTS: readonly string[] = [
  'AlmaLinux',
  'Alpine',
  'Azure Linux',
  'Debian',
  'Mageia',
  'Red Hat',
  'Rocky Linux',
  'SUSE',
  'Ubuntu',
  'openSUSE',
];

/**
 * Rules for systems: some have no releases, although their os-release files can state a version.
 */
export const SYSTEM_RULES: readonly SystemOverride[] = [
  ...['chainguard', 'cleanstart', 'echo', 'minimos', 'wolfi'].map(createRollingRule),
  ...SUSE_RULES,
];

/** Distributions that only publish the first build without a vulnerability. */
export const ERRATA_ONLY: ReadonlySet<string> = new Set(['almalinux']);
