import type { Package } from '../../core/package.ts';
import { type Candidate, openCandidate } from '../candidate-set.ts';
import { type CpeRules, getMetadataText } from '../cpe-rules.ts';
import { listUrlVendors } from '../url-vendors.ts';

/** Uses the owners of the repository and of the home page. */
export const npm: CpeRules = { type: 'npm', listVendors, dictionary: 'npm' };

function listVendors(subject: Package): readonly Candidate[] {
  return [
    ...(subject.name === 'node.js' ? [openCandidate('nodejs')] : []),
    ...listUrlVendors(getMetadataText(subject, 'url') ?? ''),
    ...listUrlVendors(getMetadataText(subject, 'homepage') ?? ''),
  ];
}
