import type { Matched } from './alert.ts';
import type { MatchContext } from './matcher.ts';

/**
 * Returns the builder of an operating-system package if it is not the vendor of the operating
 * system: the vendor's statements are about its own builds, whose versions may not be comparable,
 * and missing statements mean nothing.
 */
export function findThirdParty(
  one: Matched,
  { distro, strategy }: MatchContext,
): string | undefined {
  return distro === undefined ? undefined : strategy.scope.findOtherBuilder(one, distro);
}

export function formatThirdPartyNote(vendor: string, { systemTitle }: MatchContext): string {
  return `built by ${vendor}: the advisories of ${systemTitle} only cover its own builds`;
}
