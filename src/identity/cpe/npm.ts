import type { Package } from '../../core/package.ts';
import { type Candidate, openCandidate } from '../candidate-set.ts';
import { type CpeRules, metadataText } from '../cpe-rules.ts';
import { vendorsOfUrl } from '../url-vendors.ts';

/** The owner of the repository and of the home page. */
export const npm: CpeRules = { type: 'npm', vendors, dictionary: 'npm' };

function vendors(subject: Package): readonly Candidate[] {
  return [
    ...(subject.name === 'node.js' ? [openCandidate('nodejs')] : []),
    ...vendorsOfUrl(metadataText(subject, 'url') ?? ''),
    ...vendorsOfUrl(metadataText(subject, 'homepage') ?? ''),
  ];
}
