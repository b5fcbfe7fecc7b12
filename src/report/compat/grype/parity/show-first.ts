import type { Advisory } from '../../../../foundation/core/advisory.ts';
import { present } from '../../../../foundation/core/assert.ts';
import type { Candidate } from '../../../../vulnerability/match/matcher.ts';

interface ShownCandidate extends Candidate {
  /** The statement whose details and system are shown in place of its own. */
  readonly shown?: Advisory;
}

/**
 * Within one look-up Grype caches the details of a vulnerability by its ID alone: if several
 * releases replace one, the details of the first are shown for all of them, with its release,
 * whether or not it matches.
 */
export function showFirst(
  candidates: readonly Candidate[],
  lookUp: (name: string) => readonly Advisory[],
): readonly ShownCandidate[] {
  return candidates.map((candidate) => {
    const { advisory, reasons } = candidate;
    if (advisory.operatingSystem === undefined) {
      return candidate;
    }
    const found = reasons.flatMap(({ searchedName }) => lookUp(searchedName));
    const [shown = advisory] = found.filter((one) => isReplacement(one, advisory));
    return { ...candidate, shown };
  });
}

function isReplacement(first: Advisory, { vulnerability, packageName }: Advisory): boolean {
  return (
    first.effect === 'affected' &&
    first.vulnerability === vulnerability &&
    first.packageName === packageName
  );
}

/** Returns a candidate with the details of the statement that is shown in its place. */
export function toShown(candidate: ShownCandidate): Candidate {
  const { advisory, shown } = candidate;
  if (shown === undefined) {
    return candidate;
  }
  const { provider, record, operatingSystem } = shown;
  const system = { operatingSystem: present(operatingSystem, 'the system of what is shown') };
  return { ...candidate, advisory: { ...advisory, ...system, provider, record } };
}
