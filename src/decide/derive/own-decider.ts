import type { Decider, Surroundings } from '../decider.ts';
import { createDerivedDecider } from './derived-decider.ts';
import { derivations } from './registry.generated.ts';

/** Decides by every rule that the program has. */
export function createOwnDecider(surroundings: Surroundings): Decider {
  return createDerivedDecider(derivations, surroundings);
}
