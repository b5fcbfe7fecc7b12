import { listPackageChanges } from '../changes.ts';
import { createDifferenceGate } from '../difference-gate.ts';
import { createCondition } from '../judge-rule-gate.ts';

/** Fails if a package was downgraded. */
export const downgrades = createDifferenceGate({
  id: 'downgrades',
  listChanges: listPackageChanges,
  conditions: [createCondition('kind', 'downgraded')],
  describeChange: ({ name, before = '' }) => `${name} from ${before}`,
});
