/** An operating system in the words of a vulnerability database. */
export interface DatedSystem {
  readonly name: string;
  /** `ID` of its os-release file. */
  readonly releaseId: string;
  /** Limits it to these release cycles. */
  readonly cycles?: RegExp;
}

/**
 * Product of endoflife.date → operating systems. CentOS Stream 8 is left out: its os-release file
 * is that of CentOS Linux 8, which ended earlier.
 *
 * Origin: names of products are those of endoflife.date; names of systems are those in Grype's
 * databases, so that both kinds of database answer the same look-ups.
 */
export const DATED_SYSTEMS: ReadonlyMap<string, readonly DatedSystem[]> = new Map([
  ['almalinux', [{ name: 'almalinux', releaseId: 'almalinux' }]],
  ['alpine-linux', [{ name: 'alpine', releaseId: 'alpine' }]],
  ['amazon-linux', [{ name: 'amazonlinux', releaseId: 'amzn' }]],
  ['azure-linux', [{ name: 'azurelinux', releaseId: 'azurelinux', cycles: /^[3-9]/ }]],
  ['centos', [{ name: 'centos', releaseId: 'centos' }]],
  ['centos-stream', [{ name: 'centos', releaseId: 'centos', cycles: /^(?:9|\d\d)/ }]],
  ['debian', [{ name: 'debian', releaseId: 'debian' }]],
  ['fedora', [{ name: 'fedora', releaseId: 'fedora' }]],
  ['mageia', [{ name: 'mageia', releaseId: 'mageia' }]],
  ['opensuse', [{ name: 'opensuseleap', releaseId: 'opensuse-leap' }]],
  ['oracle-linux', [{ name: 'oraclelinux', releaseId: 'ol' }]],
  ['postmarketos', [{ name: 'postmarketos', releaseId: 'postmarketos' }]],
  ['rhel', [{ name: 'redhat', releaseId: 'rhel' }]],
  ['rocky-linux', [{ name: 'rockylinux', releaseId: 'rocky' }]],
  ['sles', [{ name: 'sles', releaseId: 'sles' }]],
  [
    'suse-linux-micro',
    [
      { name: 'sle-micro', releaseId: 'sle-micro', cycles: /^5/ },
      { name: 'sl-micro', releaseId: 'sl-micro', cycles: /^[6-9]/ },
    ],
  ],
  ['ubuntu', [{ name: 'ubuntu', releaseId: 'ubuntu' }]],
]);
