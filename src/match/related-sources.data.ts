/**
 * Keepers of records, by the lower-case prefix of the ID.
 *
 * Origin: our own.
 */
export const RECORD_KEEPERS: readonly { readonly prefix: string; readonly provider: string }[] = [
  { prefix: 'cve-', provider: 'nvd' },
  { prefix: 'ghsa-', provider: 'github' },
];
