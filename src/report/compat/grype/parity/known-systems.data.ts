/**
 * `ID`s of the distributions that Grype knows; it treats any other as if there were no os-release
 * file.
 *
 * Origin: Grype's `grype/distro/type.go` (Apache-2.0, compared at anchore/grype 4562c55cebba; see
 * NOTICE).
 */
export const KNOWN_SYSTEMS: ReadonlySet<string> = new Set(
  (
    'debian ubuntu rhel centos fedora alpine busybox amzn ol arch opensuse-leap sles photon echo mariner ' +
    'azurelinux rocky almalinux gentoo wolfi chainguard minimos raspbian scientific secureos postmarketos ' +
    'hummingbird windows'
  ).split(' '),
);
