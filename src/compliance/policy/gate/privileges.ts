import { listFileChanges } from '../changes.ts';
import { createDifferenceGate } from '../difference-gate.ts';
import { createCondition } from '../judge-rule-gate.ts';

/** Fails if a file became setuid, setgid or writable for everyone. */
export const privileges = createDifferenceGate({
  id: 'privileges',
  listChanges: listFileChanges,
  isIncomplete: ({ filesNote }) => filesNote !== undefined,
  conditions: [createCondition('consequence', 'security-loss')],
  describeChange: ({ name }) => name,
});
