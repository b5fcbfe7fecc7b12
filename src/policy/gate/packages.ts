import { isOpenChange } from '../../compare/decide-differences.ts';
import { createDifferenceGate } from '../difference-gate.ts';

/** Fails if a package was added. */
export const packages = createDifferenceGate({
  id: 'packages',
  listFailing: (difference) =>
    difference.packages
      .filter((one) => one.kind === 'added' && isOpenChange(one))
      .map(({ after }) => after?.name ?? ''),
});
