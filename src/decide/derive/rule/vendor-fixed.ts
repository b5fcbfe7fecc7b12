import type { Comparison } from '../../../core/comparison.ts';
import type { AnswerDerivation } from '../derivation.ts';
import { toAdvisoryInput, toPackageInput } from '../inputs.ts';
import { isVersionZero } from '../version-zero.ts';

/**
 * Applies if the installed version is at or above the fix, in the order of the source's own scheme.
 * Some sources express this as an unaffected range.
 */
export const vendorFixed: AnswerDerivation = {
  about: 'answer',
  id: 'vendor-fixed',
  version: 2,
  title: 'the installed version is not older than the fix',
  restsOn: 'record',
  derive({ package: item, advisory, isInRange, range, comparisons }) {
    const isFixStated = advisory.effect === 'unaffected' && isInRange;
    // The last of several ranges is that of the newest release line below the version.
    const proof = comparisons.findLast(
      ({ operator, right, holds }) =>
        operator.startsWith(isFixStated ? '>' : '<') &&
        holds === isFixStated &&
        !isVersionZero(right),
    );
    if (proof === undefined) {
      return undefined;
    }
    return {
      effect: 'set-aside',
      status: 'fixed',
      reason: describeComparison(proof, advisory.provider),
      inputs: [
        toPackageInput(item),
        toAdvisoryInput(advisory, `${advisory.effect}: ${range}`),
        ...comparisons.map((comparison) => ({ kind: 'comparison', comparison }) as const),
      ],
    };
  },
};

/** A range may name the first fixed version or the last affected one. */
function describeComparison({ left, operator, right }: Comparison, provider: string): string {
  return operator === '<=' || operator === '>'
    ? `${left} is newer than ${right}, the last affected version by ${provider}`
    : `${left} is not older than ${right}, the fixed version by ${provider}`;
}
