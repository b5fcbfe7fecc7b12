/** Providers whose namespaces Grype ends with the major version of the system. */
export const MAJOR_ONLY_PROVIDERS: ReadonlySet<string> = new Set(['oracle', 'rhel']);
