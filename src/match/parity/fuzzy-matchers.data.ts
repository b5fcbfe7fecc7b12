/** Matchers whose packages Grype compares without knowing their version scheme. */
export const FUZZY_MATCHERS: ReadonlySet<string> = new Set(['dotnet', 'hex', 'javascript', 'rust']);
