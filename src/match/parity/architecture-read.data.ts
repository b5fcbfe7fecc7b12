/** Matchers of packages whose architecture Grype reads. */
export const ARCHITECTURE_READ: ReadonlySet<string> = new Set(['apk', 'rpm']);
