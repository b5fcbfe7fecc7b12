import { isOpenChange } from '../../compare/decide-differences.ts';
import { createDifferenceGate } from '../difference-gate.ts';

/** Fails if a change of the image configuration weakens security. */
export const configuration = createDifferenceGate({
  id: 'configuration',
  listFailing: (difference) =>
    difference.configuration
      .filter((one) => one.consequence === 'security-loss' && isOpenChange(one))
      .map(({ name }) => name),
});
