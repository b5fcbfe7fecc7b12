import type { Package } from '../../core/package.ts';
import {
  type Candidate,
  createFixedCandidate,
  createWholeCandidate,
  openCandidate,
} from '../candidate-set.ts';
import { type CpeRules, getMetadataText } from '../cpe-rules.ts';
import { getMailbox, toPersonVendor } from '../person-name.ts';
import { projectVendors } from '../project-vendors.ts';

/** Uses the author and the local part of the author's email address, each also as a project. */
export const python: CpeRules = { type: 'python', listProducts, listVendors, dictionary: 'pypi' };

function listProducts(subject: Package): readonly Candidate[] {
  return subject.name.startsWith('python') ? [] : [openCandidate(`python-${subject.name}`)];
}

function listVendors(subject: Package): readonly Candidate[] {
  const candidates: Candidate[] = [];
  const author = getMetadataText(subject, 'author');
  if (author !== undefined) {
    const name = toPersonVendor(author);
    candidates.push(...[name, ...projectVendors(name)].map(createFixedCandidate));
  }
  const address = getMetadataText(subject, 'authorEmail');
  if (address !== undefined) {
    const name = toPersonVendor(getMailbox(address));
    candidates.push(createWholeCandidate(name), ...projectVendors(name).map(createFixedCandidate));
  }
  return candidates;
}
