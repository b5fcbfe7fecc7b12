import { listExecutableChanges } from '../changes.ts';
import { createDifferenceGate } from '../difference-gate.ts';
import { createCondition } from '../judge-rule-gate.ts';

/** Fails if an executable was added. */
export const executables = createDifferenceGate({
  id: 'executables',
  listChanges: (difference) => {
    const { before, after } = difference;
    return before.executables === undefined || after.executables === undefined
      ? undefined
      : listExecutableChanges(difference);
  },
  conditions: [createCondition('kind', 'added')],
  describeChange: ({ name }) => name,
});
