import type { Decider, DecisionContext } from '../decider.ts';
import { createDerivedDecider } from './derived-decider.ts';
import { derivations } from './registry.generated.ts';

/** Creates a decider with all of our rules. */
export function createOwnDecider(surroundings: DecisionContext): Decider {
  return createDerivedDecider(derivations, surroundings);
}
