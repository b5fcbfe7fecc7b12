/**
 * Who keeps the record of an id, by the id's beginning in lower case.
 *
 * Origin: our own.
 */
export const RECORD_KEEPERS: readonly { readonly prefix: string; readonly provider: string }[] = [
  { prefix: 'cve-', provider: 'nvd' },
  { prefix: 'ghsa-', provider: 'github' },
];
