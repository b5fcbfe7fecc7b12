import type { Matched } from './alert.ts';
import type { MatchContext } from './matcher.ts';

/**
 * Who built a package of the operating system's kind, where it was not the vendor of the operating
 * system: the vendor's statements are about its own builds, whose versions need not compare, and
 * its silence says nothing.
 */
export function thirdPartyOf(one: Matched, { distro, strategy }: MatchContext): string | undefined {
  return distro === undefined ? undefined : strategy.scope.findOtherBuilder(one, distro);
}

export function thirdPartyNote(vendor: string, { systemTitle }: MatchContext): string {
  return `built by ${vendor}: the advisories of ${systemTitle} only cover its own builds`;
}
