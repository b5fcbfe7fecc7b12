import { listPackageChanges } from '../changes.ts';
import { createDifferenceGate } from '../difference-gate.ts';
import { createCondition } from '../judge-rule-gate.ts';

/** Fails if a package was added. */
export const packages = createDifferenceGate({
  id: 'packages',
  listChanges: listPackageChanges,
  conditions: [createCondition('kind', 'added')],
  describeChange: ({ name }) => name,
});
