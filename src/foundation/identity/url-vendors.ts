import { type Candidate, createFixedCandidate } from './candidate-set.ts';

const VENDOR_BY_PREFIX = [
  ['https://developer.gnome.org/', 'gnome'],
  ['https://llvm.org/', 'llvm'],
  ['https://musl.libc.org/', 'musl-libc'],
  ['https://w1.fi/', 'w1.fi'],
  ['https://www.gnu.org/', 'gnu'],
  ['https://www.isc.org/', 'isc'],
  ['https://www.mozilla.org/', 'mozilla'],
  ['https://www.ruby-lang.org/', 'ruby-lang'],
  ['https://www.x.org/', 'x.org'],
] as const;

const FORGE = /^(?:https|http|git):\/\/(?:github|gitlab)\.com\/(?<owner>[\w-]*)\/[^\n]*$/;

/** Returns the vendor of a project's URL: that of a known host, or the owner of the repository. */
export function listUrlVendors(url: string): readonly Candidate[] {
  const known = VENDOR_BY_PREFIX.find(([prefix]) => url.startsWith(prefix));
  const vendor = known?.[1] ?? FORGE.exec(url)?.groups?.['owner'];
  return vendor === undefined ? [] : [createFixedCandidate(vendor)];
}
