import type { Package } from '../../core/package.ts';
import { type Candidate, fixedCandidate, openCandidate, wholeCandidate } from '../candidate-set.ts';
import { type CpeRules, metadataText } from '../cpe-rules.ts';
import { mailboxOf, vendorOfPerson } from '../person-name.ts';
import { projectVendors } from '../project-vendors.ts';

/** Author and the mailbox of the author, each also as a project. */
export const python: CpeRules = { type: 'python', products, vendors, dictionary: 'pypi' };

function products(subject: Package): readonly Candidate[] {
  return subject.name.startsWith('python') ? [] : [openCandidate(`python-${subject.name}`)];
}

function vendors(subject: Package): readonly Candidate[] {
  const candidates: Candidate[] = [];
  const author = metadataText(subject, 'author');
  if (author !== undefined) {
    const name = vendorOfPerson(author);
    candidates.push(...[name, ...projectVendors(name)].map(fixedCandidate));
  }
  const address = metadataText(subject, 'authorEmail');
  if (address !== undefined) {
    const name = vendorOfPerson(mailboxOf(address));
    candidates.push(wholeCandidate(name), ...projectVendors(name).map(fixedCandidate));
  }
  return candidates;
}
