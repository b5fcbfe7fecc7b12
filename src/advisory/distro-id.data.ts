/**
 * `ID` of os-release(5) → name of the system in vulnerability databases of Grype's schema. It lists
 * the systems whose own name counts even if a database has nothing for them: otherwise the names in
 * their `ID_LIKE` would be used. Unlisted systems are looked up by their own ID.
 *
 * Origin: IDs and names are those of Grype's `grype/distro/type.go` (Apache-2.0, compared at
 * anchore/grype 4562c55cebba; see NOTICE): databases of its schema use them.
 */
export const DISTRO_NAMES: ReadonlyMap<string, string> = new Map([
  ['almalinux', 'almalinux'],
  ['alpine', 'alpine'],
  ['amzn', 'amazonlinux'],
  ['arch', 'archlinux'],
  ['azurelinux', 'azurelinux'],
  ['busybox', 'busybox'],
  ['centos', 'centos'],
  ['chainguard', 'chainguard'],
  ['debian', 'debian'],
  ['echo', 'echo'],
  ['fedora', 'fedora'],
  ['gentoo', 'gentoo'],
  ['hummingbird', 'hummingbird'],
  ['mariner', 'mariner'],
  ['minimos', 'minimos'],
  ['ol', 'oraclelinux'],
  ['opensuse-leap', 'opensuseleap'],
  ['photon', 'photon'],
  ['postmarketos', 'postmarketos'],
  ['raspbian', 'raspbian'],
  ['rhel', 'redhat'],
  ['rocky', 'rockylinux'],
  ['scientific', 'scientific'],
  ['secureos', 'secureos'],
  ['sles', 'sles'],
  ['ubuntu', 'ubuntu'],
  ['wolfi', 'wolfi'],
]);

/** Names that older release files contain instead of an ID. */
export const DISTRO_TITLES: ReadonlyMap<string, string> = new Map([
  ['Alpine Linux', 'alpine'],
  ['windows', 'windows'],
  // From /etc/redhat-release, before Scientific Linux 7 had an os-release file.
  ['scientific linux', 'scientific'],
]);
