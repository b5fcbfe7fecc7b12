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

const CPE = /^cpe:\/[ao]:redhat:/;
/** `mariadb:10.3/mariadb`: module and stream before the package. */
const MODULE_PACKAGE = /^([^:/]+:[^:/]+)\/(.+)$/;
const FIRST_MODULE_RELEASE = 8;

/** Returns whether a major release of Red Hat or of a rebuild can have packages in modules. */
export function hasModules(majorVersion: string): boolean {
  return Number(majorVersion) >= FIRST_MODULE_RELEASE;
}

/** Splits the name of a package in Red Hat's data; `module` is empty for one outside of modules. */
export function splitModulePackage(text: string): {
  readonly module: string;
  readonly packageName: string;
} {
  const [, module = '', packageName = text] = MODULE_PACKAGE.exec(text) ?? [];
  return { module, packageName };
}

/**
 * Returns name and stream of a module label: `redis:6` of `redis:6:8100020250113083959:489197e6`.
 * Version and context are those of the fixed build, and would exclude the earlier ones.
 */
export function toModuleStream(label: string): string {
  return label.split(':', 2).join(':');
}

/**
 * Returns the release that a CPE name is about; `undefined` for products whose packages are not in
 * the distribution's repositories.
 */
export function parseRedHatCpe(cpe: string): FeedSystem | undefined {
  const stream = CPE.test(cpe) ? parseRedHatStream(cpe.replace(CPE, '')) : undefined;
  const base = { name: 'redhat', releaseId: 'rhel', label: '', codename: '' };
  return stream && { ...base, ...stream };
}

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
