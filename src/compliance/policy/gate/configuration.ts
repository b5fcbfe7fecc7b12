import { listConfigurationChanges } from '../changes.ts';
import { createDifferenceGate } from '../difference-gate.ts';
import { createCondition } from '../judge-rule-gate.ts';

/** Fails if a change of the image configuration weakens security. */
export const configuration = createDifferenceGate({
  id: 'configuration',
  listChanges: listConfigurationChanges,
  conditions: [createCondition('consequence', 'security-loss')],
  describeChange: ({ name }) => name,
});
