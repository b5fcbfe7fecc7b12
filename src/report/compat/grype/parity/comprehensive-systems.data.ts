/**
 * `ID` or `ID_LIKE` of distributions that also list unfixed vulnerabilities, by matcher: Grype does
 * not search for packages that belong to their operating system packages.
 *
 * Origin: observed in Grype (Apache-2.0, compared at anchore/grype 4562c55cebba; see NOTICE).
 */
export const COMPREHENSIVE_SYSTEMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['dpkg', ['debian', 'ubuntu']],
  ['pacman', ['arch']],
  ['rpm', ['rhel', 'redhat', 'mariner', 'azurelinux']],
]);

/** Distributions that are like one of these but are not included. */
export const INCOMPREHENSIVE_SYSTEMS: ReadonlySet<string> = new Set(['amzn']);
