import { isOpenChange } from '../../compare/decide-differences.ts';
import { createDifferenceGate } from '../difference-gate.ts';

/** Fails if a package was downgraded. */
export const downgrades = createDifferenceGate({
  id: 'downgrades',
  listFailing: ({ packages }) =>
    packages
      .filter((one) => one.kind === 'downgraded' && isOpenChange(one))
      .map(({ before, after }) => `${after?.name ?? ''} from ${before?.version ?? ''}`),
});
