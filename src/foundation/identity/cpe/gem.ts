import type { Package } from '../../core/package.ts';
import { type Candidate, createWholeCandidate, openCandidate } from '../candidate-set.ts';
import { type CpeRules, getMetadataText } from '../cpe-rules.ts';
import { getMailbox, toPersonVendor } from '../person-name.ts';
import { listUrlVendors } from '../url-vendors.ts';

/** Uses the authors, the home page's owner, and the project of the language itself. */
export const gem: CpeRules = { type: 'gem', listVendors, dictionary: 'rubygems' };

function listVendors(subject: Package): readonly Candidate[] {
  const authors = subject.metadata?.value['authors'];
  const names = Array.isArray(authors)
    ? authors.filter((author): author is string => typeof author === 'string')
    : [];
  return [
    openCandidate('ruby-lang'),
    ...names.map((author) => createWholeCandidate(toPersonVendor(getMailbox(author)))),
    ...listUrlVendors(getMetadataText(subject, 'homepage') ?? ''),
  ];
}
