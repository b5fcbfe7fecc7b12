import type { Package } from '../../core/package.ts';
import {
  addCandidates,
  type Candidate,
  type CandidateSet,
  createCandidateSet,
  openCandidate,
  removeValues,
} from '../candidate-set.ts';
import { findCorrection } from '../corrections.ts';
import { type CpeRules, getMetadataText } from '../cpe-rules.ts';
import { projectVendors } from '../project-vendors.ts';
import { listUrlVendors } from '../url-vendors.ts';

/** The name of the package before the distribution renamed it, and its ecosystem. */
interface UpstreamName {
  readonly name: string;
  readonly type: string;
}

const TYPE_BY_PREFIX = [
  ['py-', 'python'],
  ['ruby-', 'gem'],
] as const;
const NAME_CHARACTERS_MAX = 256;

/**
 * Uses only names of the package itself, never of its origin. Fixes are recorded for the origin, so
 * a vulnerability found through the origin's CPE would not be recognized as fixed.
 */
export const apk: CpeRules = { type: 'apk', listProducts, listVendors };

function listProducts(subject: Package): readonly Candidate[] {
  const { name, type } = toUpstreamName(subject.name);
  const set = createCandidateSet([openCandidate(name)]);
  const correction = findCorrection(type, name);
  addCandidates(set, (correction.addProducts ?? []).map(openCandidate));
  removeValues(set, correction.dropProducts ?? []);
  return [...set.values()];
}

function listVendors(subject: Package): readonly Candidate[] {
  const { name, type } = toUpstreamName(subject.name);
  const set: CandidateSet = new Map();
  const names = type === 'python' ? [name, ...projectVendors(name)] : [name];
  for (const each of names) {
    const correction = findCorrection(type, each);
    addCandidates(set, [each, ...(correction.addVendors ?? [])].map(openCandidate));
    removeValues(set, correction.dropVendors ?? []);
  }
  addCandidates(set, listUrlVendors(getMetadataText(subject, 'url') ?? ''));
  return [...set.values()];
}

function toUpstreamName(packageName: string): UpstreamName {
  const name = stripStream(packageName);
  for (const [prefix, type] of TYPE_BY_PREFIX) {
    if (name.startsWith(prefix) && name.length > prefix.length) {
      return { name: name.slice(prefix.length), type };
    }
  }
  return { name, type: 'apk' };
}

/**
 * Removes the version of a release stream from a name: `postgresql15` → `postgresql`,
 * `openjdk11-jre` → `openjdk-jre`. Returns a name without a stream unchanged.
 */
function stripStream(name: string): string {
  if (name.length > NAME_CHARACTERS_MAX || !/^[A-Za-z]/.test(name)) {
    return name;
  }
  for (let end = 1; end < name.length && isWord(name, end - 1); end += 1) {
    const tail = /^-?[0-9][0-9.]*(?<rest>.*)$/s.exec(name.slice(end))?.groups?.['rest'];
    if (tail === '' || tail === '-') {
      return name.slice(0, end);
    }
    if (tail !== undefined && /^-[A-Za-z][\w-]*$/.test(tail)) {
      return name.slice(0, end) + tail;
    }
  }
  return name;
}

function isWord(name: string, at: number): boolean {
  return /[\w-]/.test(name.charAt(at));
}
