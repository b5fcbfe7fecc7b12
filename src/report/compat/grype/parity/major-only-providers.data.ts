/**
 * Providers whose namespaces in Grype end with the major version of the system.
 *
 * Origin: Grype's `grype/db/v6/vulnerability.go` (Apache-2.0, compared at anchore/grype
 * 4562c55cebba; see NOTICE).
 */
export const MAJOR_ONLY_PROVIDERS: ReadonlySet<string> = new Set(['oracle', 'rhel']);
