import type { FeedSystem } from './contract.ts';

/**
 * Red Hat's product streams that contain packages of the distribution, and the channel of a stream
 * with extended support. `isMinor`: its fixes apply to one minor release. Other products, such as
 * OpenShift, are not installed from the distribution's repositories.
 *
 * Source: CPE names in https://access.redhat.com/security/data/metrics/cpe-dictionary.xml.
 */
const STREAMS: ReadonlyMap<string, { readonly channel: string; readonly isMinor: boolean }> =
  new Map([
    ['enterprise_linux', { channel: '', isMinor: false }],
    ['rhel_extras', { channel: '', isMinor: false }],
    ['rhel_extras_other', { channel: '', isMinor: false }],
    ['rhel_eus', { channel: 'eus', isMinor: true }],
    ['rhel_aus', { channel: 'aus', isMinor: true }],
    ['rhel_e4s', { channel: 'e4s', isMinor: true }],
    ['rhel_tus', { channel: 'tus', isMinor: true }],
    ['rhel_els', { channel: 'els', isMinor: false }],
  ]);

/** `rhel_eus:9.4::appstream`: product, release and repository. */
const STREAM = /^([a-z0-9_]+):(\d{1,4})(?:\.(\d{1,4}))?(?::|$)/;

/**
 * Returns the release and channel of a product stream: a CPE name without its beginning, such as
 * `rhel_eus:9.4::appstream`.
 *
 * @returns `undefined` for products whose packages are not in the distribution's repositories
 */
export function parseRedHatStream(
  stream: string,
): Pick<FeedSystem, 'majorVersion' | 'minorVersion' | 'channel'> | undefined {
  const [, product = '', majorVersion = '', minorVersion = ''] = STREAM.exec(stream) ?? [];
  const found = STREAMS.get(product);
  return found === undefined
    ? undefined
    : { majorVersion, minorVersion: found.isMinor ? minorVersion : '', channel: found.channel };
}
