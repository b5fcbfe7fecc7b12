import type { Package } from '../../core/package.ts';
import { type Candidate, createWholeCandidate } from '../candidate-set.ts';
import { type CpeRules, getMetadataText } from '../cpe-rules.ts';
import { toCompanyVendor } from '../person-name.ts';

const URL_TEXT = /^https?:\/\/[^/?#\s]/;

/** Uses the vendor in the package's header. */
export const rpm: CpeRules = { type: 'rpm', listVendors };

function listVendors(subject: Package): readonly Candidate[] {
  const vendor = stripTrailingUrl(getMetadataText(subject, 'vendor') ?? '');
  return vendor === '' ? [] : [createWholeCandidate(toCompanyVendor(vendor))];
}

/** Removes the URL at the end of values such as `SUSE LLC <https://www.suse.com/>`. */
function stripTrailingUrl(vendor: string): string {
  const trimmed = vendor.trim();
  const open = trimmed.lastIndexOf('<');
  const isUrl = trimmed.endsWith('>') && open >= 0 && URL_TEXT.test(trimmed.slice(open + 1, -1));
  return isUrl ? trimmed.slice(0, open).trim() : vendor;
}
