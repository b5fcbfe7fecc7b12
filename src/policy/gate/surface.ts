import { selectCountedRows } from '../../compare/surface-comparison.ts';
import { SURFACE_TITLES } from '../../core/surface.ts';
import { createDifferenceGate } from '../difference-gate.ts';

/** Fails if a part of the attack surface grew. */
export const surface = createDifferenceGate({
  id: 'surface',
  listFailing: (difference) => {
    const counted = selectCountedRows(difference.surface.rows);
    return counted.length === 0
      ? undefined
      : counted
          .filter(({ before, after }) => after > before)
          .map(({ id, before, after }) => `${SURFACE_TITLES[id]}: ${before} to ${after}`);
  },
});
