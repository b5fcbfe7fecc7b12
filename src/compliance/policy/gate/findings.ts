import { listFindingDifferences } from '../changes.ts';
import { createDifferenceGate } from '../difference-gate.ts';
import { createCondition, createExclusion } from '../judge-rule-gate.ts';

/**
 * Fails if a change of the target introduced a finding. Unknown if either side could not be
 * evaluated: a finding that was not looked up is not absent.
 */
export const findings = createDifferenceGate({
  id: 'findings',
  listChanges: (difference) => {
    const { before, after } = difference;
    return before.findings === undefined || after.findings === undefined
      ? undefined
      : listFindingDifferences(difference);
  },
  isIncomplete: ({ before, after }) =>
    [before, after].some(({ coverage }) => coverage.verdict !== 'supported'),
  conditions: [
    createCondition('kind', 'introduced'),
    createExclusion('cause', 'data', 'matcher', 'catalog'),
  ],
  describeChange: ({ name, packageName = '' }) => `${name} on ${packageName}`,
});
