import type { OperatingSystem } from '../core/advisory.ts';
import type { MatchContext } from './matcher.ts';

/** A channel of extended support, and its distribution. */
export interface SupportChannel {
  readonly channel: string;
  /** `ID` of its os-release file. */
  readonly system: string;
}

/**
 * Returns the releases of a channel of extended support; `undefined` if it is not in use: neither
 * the os-release file nor a version given by the user, such as `9.4+eus`, names it.
 */
export function findExtendedSystems(
  { channel, system }: SupportChannel,
  context: MatchContext,
): readonly OperatingSystem[] | undefined {
  const { distro } = context;
  if (distro?.id !== system) {
    return undefined;
  }
  const [, ...channels] = (distro.versionId ?? '').toLowerCase().split(/[+,]/);
  const isExtended = distro.extendedSupport === true || channels.includes(channel);
  return isExtended ? context.listChannelSystems(channel) : undefined;
}
