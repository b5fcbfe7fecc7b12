import type { SystemOverride } from '../resolve-release.ts';
import type { FeedSystem } from './contract.ts';
import { createFeedSystem } from './feed-system.ts';
import { createRollingRule } from './rolling-system.ts';

/**
 * SUSE's products whose packages are those of a release, by the beginning of the product's name.
 * `releaseId` is the `ID` of the product's os-release file: modules and extensions have none of
 * their own, because they are added to the server. Other products, such as SUSE Manager, are not.
 */
const PRODUCTS: readonly (readonly [product: RegExp, releaseId: string])[] = [
  [/^Linux Enterprise Server for SAP Applications /i, 'sles_sap'],
  [/^Linux Enterprise High Performance Computing /, 'sle_hpc'],
  [/^Linux Enterprise Desktop /, 'sled'],
  // Since 15, a product of its own (CPE name `sle_rt`), which was maintained longer than the server.
  [/^Linux Enterprise Real Time (?!12 )/, 'sle_rt'],
  [/^Linux Enterprise Micro /, 'sle-micro'],
  [/^Linux Micro /, 'sl-micro'],
  [/^Linux Enterprise Server LTSS Extended Security /, 'sles'],
  [/^Linux Enterprise Server (?!Teradata )/, 'sles'],
  [/^Linux Enterprise Module for /, 'sles'],
  [/^Linux Enterprise (?:High Availability|Workstation) Extension /, 'sles'],
  [/^Linux Enterprise (?:Live Patching|Real Time|Software Development Kit) /, 'sles'],
  [/^(?:Package Hub|Real Time Module) /, 'sles'],
];
/** `15`, `15 SP3`, `15 SP3-LTSS`, `5.4`, `11 SP4 LTSS EXTREME CORE` at the end of a product. */
const RELEASE = /(?<= )(\d{1,4})(?:\.(\d{1,4})| SP(\d{1,2}))?(?:[- ]([A-Za-z][A-Za-z -]*))?$/;
const EXTENDED_SECURITY = /^Linux Enterprise Server LTSS Extended Security /;
const LEAP = /^Leap (Micro )?(\d{1,4})\.(\d{1,4})(?: NonFree)?$/;
/**
 * Products that consist of the modules of the server, under whose names their packages are fixed
 * during general support: no notice of that time names these products.
 */
const PRODUCTS_WITH_MODULES: readonly string[] = ['sles_sap', 'sle_hpc', 'sled', 'sle_rt'];

/** Rules for systems of SUSE and openSUSE. */
export const SUSE_RULES: readonly SystemOverride[] = [
  createRollingRule('opensuse-tumbleweed'),
  ...PRODUCTS_WITH_MODULES.map((alias) => ({
    alias,
    version: '',
    versionPattern: '',
    codename: '',
    isRolling: false,
    name: 'sles',
    keepsOwn: true,
  })),
];

const FULL_NAME = /^(SUSE|openSUSE) (.+)$/;

type SuseRelease = Partial<FeedSystem>;

/** Sources in vulnerability databases. */
const SUSE = { name: 'sles', releaseId: 'sles', provider: 'sles' } as const;
const OPENSUSE = {
  name: 'opensuseleap',
  releaseId: 'opensuse-leap',
  provider: 'opensuse',
} as const;

/**
 * Returns the release of a SUSE product without the vendor in its name, such as
 * `Linux Enterprise Server 15 SP3-LTSS`; the addition is the channel.
 *
 * @returns `undefined` for products that are not part of a release
 */
export function parseSuseProduct(product: string): SuseRelease | undefined {
  const releaseId = PRODUCTS.find(([name]) => name.test(product))?.[1];
  const [, majorVersion, minor, servicePack, addition = ''] = RELEASE.exec(product) ?? [];
  if (releaseId === undefined || majorVersion === undefined) {
    return undefined;
  }
  const channel = EXTENDED_SECURITY.test(product) ? 'ltss-extended-security' : addition;
  return {
    name: releaseId,
    releaseId,
    majorVersion,
    minorVersion: minor ?? servicePack ?? '',
    channel: channel.toLowerCase().replaceAll(' ', '-'),
  };
}

/** Returns the release of an openSUSE product without the vendor in its name: `Leap 15.5`. */
export function parseOpenSuseProduct(product: string): SuseRelease | undefined {
  if (product === 'Tumbleweed') {
    return { name: 'opensuse-tumbleweed', releaseId: 'opensuse-tumbleweed' };
  }
  const [, micro, majorVersion, minorVersion = ''] = LEAP.exec(product) ?? [];
  if (majorVersion === undefined) {
    return undefined;
  }
  const id = 'opensuse-leap-micro';
  return { ...(micro && { name: id, releaseId: id }), majorVersion, minorVersion };
}

/** Returns the release and the source of a product with its full name. */
export function parseSuseFullName(
  fullName: string,
): { readonly system: FeedSystem; readonly provider: string } | undefined {
  const [, vendor, product = ''] = FULL_NAME.exec(fullName) ?? [];
  const isOpen = vendor === 'openSUSE';
  const release = isOpen ? parseOpenSuseProduct(product) : parseSuseProduct(product);
  const { provider, ...names } = isOpen ? OPENSUSE : SUSE;
  return release && { system: createFeedSystem({ ...names, ...release }), provider };
}
