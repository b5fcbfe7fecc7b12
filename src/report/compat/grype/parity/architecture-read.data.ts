/**
 * Matchers of packages whose architecture Grype reads.
 *
 * Origin: observed in Grype (Apache-2.0, compared at anchore/grype 4562c55cebba; see NOTICE).
 */
export const ARCHITECTURE_READ: ReadonlySet<string> = new Set(['apk', 'rpm']);
