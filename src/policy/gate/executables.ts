import { isOpenChange } from '../../compare/decide-differences.ts';
import { createDifferenceGate } from '../difference-gate.ts';

/** Fails if an executable was added. */
export const executables = createDifferenceGate({
  id: 'executables',
  listFailing: (difference) => {
    const { before, after } = difference;
    return before.executables === undefined || after.executables === undefined
      ? undefined
      : difference.executables
          .filter((one) => one.kinds.includes('added') && isOpenChange(one))
          .map(({ path }) => path);
  },
});
