import type { Package } from '../../core/package.ts';
import { type Candidate, wholeCandidate } from '../candidate-set.ts';
import { type CpeRules, metadataText } from '../cpe-rules.ts';
import { vendorOfCompany } from '../person-name.ts';

const URL_TEXT = /^https?:\/\/[^/?#\s]/;

/** The vendor that the package's header states. */
export const rpm: CpeRules = { type: 'rpm', vendors };

function vendors(subject: Package): readonly Candidate[] {
  const vendor = withoutTrailingUrl(metadataText(subject, 'vendor') ?? '');
  return vendor === '' ? [] : [wholeCandidate(vendorOfCompany(vendor))];
}

/** As in `SUSE LLC <https://www.suse.com/>`. */
function withoutTrailingUrl(vendor: string): string {
  const trimmed = vendor.trim();
  const open = trimmed.lastIndexOf('<');
  const isUrl = trimmed.endsWith('>') && open >= 0 && URL_TEXT.test(trimmed.slice(open + 1, -1));
  return isUrl ? trimmed.slice(0, open).trim() : vendor;
}
