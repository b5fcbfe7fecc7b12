import { isOpenChange } from '../../compare/decide-differences.ts';
import { createDifferenceGate } from '../difference-gate.ts';

/**
 * Fails if a change of the target introduced a finding. Unknown if either side could not be
 * evaluated: a finding that was not looked up is not absent.
 */
export const findings = createDifferenceGate({
  id: 'findings',
  listFailing: (difference) => {
    const { before, after } = difference;
    if (before.findings === undefined || after.findings === undefined) {
      return undefined;
    }
    const introduced = difference.findings
      .filter((one) => one.kind === 'introduced' && isOpenChange(one))
      .filter(({ cause }) => cause !== 'data' && cause !== 'matcher' && cause !== 'catalog')
      .map(({ after: found }) => `${found?.id ?? ''} on ${found?.package.name ?? ''}`);
    const isCovered = [before, after].every(({ coverage }) => coverage.verdict === 'supported');
    return introduced.length === 0 && !isCovered ? undefined : introduced;
  },
});
