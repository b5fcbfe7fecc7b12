import type { Package } from '../../core/package.ts';
import { type Candidate, openCandidate } from '../candidate-set.ts';
import type { CpeRules } from '../cpe-rules.ts';

/** A name that ends in a release number is also used without it: Qt for Qt5. */
export const binary: CpeRules = { type: 'binary', expand };

function expand(subject: Package, candidates: readonly Candidate[]): readonly Candidate[] {
  if (!/[0-9]$/.test(subject.name)) {
    return [];
  }
  return candidates
    .map((candidate) => openCandidate(stripTrailingDigits(candidate.value)))
    .filter((candidate) => candidate.value !== '');
}

function stripTrailingDigits(text: string): string {
  let end = text.length;
  while (end > 0 && /[0-9]/.test(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(0, end);
}
