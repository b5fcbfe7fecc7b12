import type { AnswerDerivation } from '../derivation.ts';
import { advisoryInput, packageInput } from '../inputs.ts';

/**
 * Row 2 of the derivable justifications: the installed version is that of the fix or later, as the
 * source's own scheme compares them. Some sources say it as a range that is not affected.
 */
export const vendorFixed: AnswerDerivation = {
  about: 'answer',
  id: 'vendor-fixed',
  version: 1,
  title: 'the installed version is not older than the fix',
  conclude({ package: item, advisory, isInRange, range, comparisons }) {
    const proof =
      advisory.effect === 'unaffected' && isInRange
        ? comparisons.find(({ operator, holds }) => operator.startsWith('>') && holds)
        : comparisons.find(({ operator, holds }) => operator.startsWith('<') && !holds);
    // Version 0 says that there never was anything to fix.
    if (proof === undefined || /^0(?:$|[-:])/.test(proof.right)) {
      return undefined;
    }
    return {
      effect: 'set-aside',
      status: 'fixed',
      reason: `${proof.left} is not older than ${proof.right}, which has the fix by ${advisory.provider}`,
      inputs: [
        packageInput(item),
        advisoryInput(advisory, `${advisory.effect}: ${range}`),
        { kind: 'comparison', comparison: proof },
      ],
    };
  },
};
