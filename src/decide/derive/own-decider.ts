import type { Decider, Surroundings } from '../decider.ts';
import { createDerivedDecider } from './derived-decider.ts';
import { derivations } from './registry.generated.ts';

/** Creates a decider with all of our rules. */
export function createOwnDecider(surroundings: Surroundings): Decider {
  return createDerivedDecider(derivations, surroundings);
}
