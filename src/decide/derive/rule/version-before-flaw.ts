import type { AnswerDerivation } from '../derivation.ts';
import { toAdvisoryInput, toPackageInput } from '../inputs.ts';

/**
 * Applies if the installed version is older than every version that introduced the vulnerability.
 * OSV schema, `affected[].ranges[].events`, "introduced".
 */
export const versionBeforeFlaw: AnswerDerivation = {
  about: 'answer',
  id: 'version-before-flaw',
  version: 1,
  title: 'the installed version is older than the first affected version',
  restsOn: 'record',
  derive({ package: item, advisory, isInRange, range, comparisons }) {
    const failing = comparisons.filter(({ holds }) => !holds);
    const isOlder = failing.length > 0 && failing.every(({ operator }) => operator.startsWith('>'));
    const [first] = failing;
    if (advisory.effect !== 'affected' || isInRange || !isOlder || first === undefined) {
      return undefined;
    }
    return {
      effect: 'set-aside',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'code_not_present',
      reason: `${first.left} is older than ${first.right}, the first affected version by ${advisory.provider}`,
      inputs: [
        toPackageInput(item),
        toAdvisoryInput(advisory, `${advisory.effect}: ${range}`),
        ...failing.map((comparison) => ({ kind: 'comparison', comparison }) as const),
      ],
    };
  },
};
