import type { ReachRule, ReachWorld } from './rule-contract.ts';

/** What a rule's own extractor said of the file at a real path: its facts are of its type. */
export function ownFact<Fact>(
  { id }: ReachRule<Fact>,
  path: string,
  world: ReachWorld,
): Fact | undefined {
  return world.getFact(id, path) as Fact | undefined;
}
