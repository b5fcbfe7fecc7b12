import { selectCountedRows } from '../../../hardening/compare/surface-comparison.ts';
import { listSurfaceChanges } from '../changes.ts';
import { createDifferenceGate } from '../difference-gate.ts';
import { createCondition } from '../judge-rule-gate.ts';

/** Fails if a part of the attack surface grew. */
export const surface = createDifferenceGate({
  id: 'surface',
  listChanges: (difference) =>
    selectCountedRows(difference.surface.rows).length === 0
      ? undefined
      : listSurfaceChanges(difference),
  conditions: [createCondition('kind', 'grown')],
  describeChange: ({ name, before = '', after = '' }) => `${name}: ${before} to ${after}`,
});
