import type { AnswerDerivation } from '../derivation.ts';
import { toAdvisoryInput, toPackageInput } from '../inputs.ts';
import { isVersionZero } from '../version-zero.ts';

/**
 * Applies if the source states that this package is not affected, or lists version 0 as the first
 * fixed version (Alpine security database, `secfixes`).
 */
export const vendorNotAffected: AnswerDerivation = {
  about: 'answer',
  id: 'vendor-not-affected',
  version: 2,
  title: 'the advisory source lists the package as not affected',
  restsOn: 'record',
  derive({ package: item, advisory, isInRange, range, comparisons }) {
    const isStated = advisory.effect === 'unaffected' && isInRange;
    // A statement that depends on the version is a fix, not a statement about the package as such.
    const isByVersion = comparisons.some(
      ({ operator, right }) => operator.startsWith('>') && !isVersionZero(right),
    );
    const isNeverAffected =
      advisory.effect === 'affected' &&
      advisory.ranges.length > 0 &&
      advisory.ranges.every(({ constraint }) => isNever(constraint));
    if (!(isStated && !isByVersion) && !isNeverAffected) {
      return undefined;
    }
    return {
      effect: 'set-aside',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'code_not_present',
      reason: isNeverAffected
        ? `${advisory.provider} lists no version of the package as affected`
        : `${advisory.provider} lists the package as not affected`,
      inputs: [toPackageInput(item), toAdvisoryInput(advisory, `${advisory.effect}: ${range}`)],
    };
  },
};

/**
 * Returns whether a range is empty, which means that a distribution never shipped the
 * vulnerability.
 */
function isNever(constraint: string): boolean {
  const [, right] = /^\s*<(?!=)(.*)$/.exec(constraint) ?? [];
  return right !== undefined && isVersionZero(right);
}
