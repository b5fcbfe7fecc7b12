import type { Package } from '../../core/package.ts';
import { type Candidate, openCandidate, wholeCandidate } from '../candidate-set.ts';
import { type CpeRules, metadataText } from '../cpe-rules.ts';
import { mailboxOf, vendorOfPerson } from '../person-name.ts';
import { vendorsOfUrl } from '../url-vendors.ts';

/** Authors, the home page's owner, and the language's own project. */
export const gem: CpeRules = { type: 'gem', vendors, dictionary: 'rubygems' };

function vendors(subject: Package): readonly Candidate[] {
  const authors = subject.metadata?.value['authors'];
  const names = Array.isArray(authors)
    ? authors.filter((author): author is string => typeof author === 'string')
    : [];
  return [
    openCandidate('ruby-lang'),
    ...names.map((author) => wholeCandidate(vendorOfPerson(mailboxOf(author)))),
    ...vendorsOfUrl(metadataText(subject, 'homepage') ?? ''),
  ];
}
