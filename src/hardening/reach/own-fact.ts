import type { ReachRule, ReachWorld } from './rule-contract.ts';

/** Returns the fact that a rule's own extractor derived from the file at a real path. */
export function ownFact<Fact>(
  { id }: ReachRule<Fact>,
  path: string,
  world: ReachWorld,
): Fact | undefined {
  return world.getFact(id, path) as Fact | undefined;
}
