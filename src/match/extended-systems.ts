import type { OperatingSystem } from '../core/advisory.ts';
import type { MatchContext } from './matcher.ts';

/** A channel of longer support, and the distribution that has it. */
export interface SupportChannel {
  readonly channel: string;
  /** `ID` of its os-release file. */
  readonly system: string;
}

/**
 * The releases of a channel of longer support; `undefined` where it is not in use: neither does the
 * os-release file say so, nor the version of a distribution that was named, as in `9.4+eus`.
 */
export function extendedSystems(
  { channel, system }: SupportChannel,
  context: MatchContext,
): readonly OperatingSystem[] | undefined {
  const { distro } = context;
  if (distro?.id !== system) {
    return undefined;
  }
  const [, ...channels] = (distro.versionId ?? '').toLowerCase().split(/[+,]/);
  const isExtended = distro.extendedSupport === true || channels.includes(channel);
  return isExtended ? context.channelSystems(channel) : undefined;
}
