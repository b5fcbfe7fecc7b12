/** How the vendor begins that a distribution's own packages name in their records, by its `ID`. */
export const SYSTEM_VENDORS: ReadonlyMap<string, RegExp> = new Map([
  ['almalinux', /^AlmaLinux/],
  ['amzn', /^Amazon/],
  ['azurelinux', /^Microsoft/],
  ['centos', /^(?:CentOS|Red Hat)/],
  ['fedora', /^Fedora/],
  ['mariner', /^Microsoft/],
  ['ol', /^Oracle/],
  ['opensuse-leap', /^(?:openSUSE|SUSE)/],
  ['opensuse-tumbleweed', /^(?:openSUSE|SUSE)/],
  ['photon', /^(?:VMware|Broadcom)/],
  ['rhel', /^Red Hat/],
  ['rocky', /^Rocky/],
  ['sles', /^SUSE/],
]);
