/**
 * Keepers of records, by the lower-case prefix of the ID, in the order of precedence.
 *
 * Origin: our own.
 */
export const RECORD_KEEPERS: readonly {
  readonly prefix: string;
  readonly providers: readonly string[];
}[] = [
  { prefix: 'cve-', providers: ['cve', 'cisa', 'nvd', 'euvd'] },
  { prefix: 'ghsa-', providers: ['github'] },
];
