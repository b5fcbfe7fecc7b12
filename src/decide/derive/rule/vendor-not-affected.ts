import type { AnswerDerivation } from '../derivation.ts';
import { advisoryInput, packageInput } from '../inputs.ts';

/** A range that holds no version: how a distribution says that it never shipped the flaw. */
const NEVER = /^<\s*0(?:[-:].*)?$/;

/**
 * Row 1 of the derivable justifications: the source says of this package that it is not affected,
 * or gives version 0 as the first without the flaw (Alpine security database, `secfixes`).
 */
export const vendorNotAffected: AnswerDerivation = {
  about: 'answer',
  id: 'vendor-not-affected',
  version: 1,
  title: 'the source of advisories says that the package is not affected',
  conclude({ package: item, advisory, isInRange, range, comparisons }) {
    const isStated = advisory.effect === 'unaffected' && isInRange;
    const isByVersion = comparisons.some(({ operator }) => operator.startsWith('>'));
    const isNever =
      advisory.effect === 'affected' &&
      advisory.ranges.length > 0 &&
      advisory.ranges.every(({ constraint }) => NEVER.test(constraint.trim()));
    if (!(isStated && !isByVersion) && !isNever) {
      return undefined;
    }
    return {
      effect: 'set-aside',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'code_not_present',
      reason: isNever
        ? `${advisory.provider} says that no version of the package had the flaw`
        : `${advisory.provider} says that the package is not affected`,
      inputs: [packageInput(item), advisoryInput(advisory, `${advisory.effect}: ${range}`)],
    };
  },
};
