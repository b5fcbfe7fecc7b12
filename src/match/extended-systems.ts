import type { OperatingSystem } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import type { MatchContext, SupportChannel } from './matcher.ts';

/**
 * Returns the releases of a channel of extended support; `undefined` if it is not in use: neither
 * the os-release file, its repositories nor a version given by the user, such as `9.4+eus`, name it.
 */
export function findExtendedSystems(
  channel: SupportChannel,
  context: MatchContext,
): readonly OperatingSystem[] | undefined {
  return isChannelUsed(channel, context.distro)
    ? context.listChannelSystems(channel.channel)
    : undefined;
}

export function isChannelUsed(
  { channel, system, repositories }: SupportChannel,
  distro: Distro | undefined,
): boolean {
  if (distro?.id !== system) {
    return false;
  }
  const [, ...channels] = (distro.versionId ?? '').toLowerCase().split(/[+,]/);
  const isEnabled =
    repositories === undefined
      ? distro.extendedSupport === true
      : (distro.contentSets ?? []).some((name) => repositories.test(name));
  return isEnabled || channels.includes(channel);
}
