import { defined } from '../foundation/core/defined.ts';
import { UserError } from '../foundation/core/error.ts';
import { isLoopbackHost } from '../foundation/http/loopback-host.ts';
import { DEFAULT_TENANT } from '../server/access/principal.ts';
import { findSharedHost, parsePublicUrl } from '../server/http/public-address.ts';
import type { TenantSetting } from '../server/http/serve-setting.ts';
import type { StoreSetting } from '../server/store/store.ts';
import { isTenantName, listTenants, toTenantStore } from '../server/store/tenant-store.ts';
import type { Context } from './command.ts';
import { getServerDirectory } from './folders.ts';

const EXAMPLE = 'for example: --tenant acme=https://acme.example.org';

/**
 * Reads the tenants of a server besides the default one.
 *
 * @throws UserError `E_USAGE`
 */
export function readTenants({ resolved }: Context): readonly TenantSetting[] {
  const { tenants: texts, sample } = resolved.values;
  if (sample && texts.length > 0) {
    throw new UserError('E_USAGE', '--tenant cannot be combined with --sample', {
      hint: 'omit one of them',
    });
  }
  const tenants = texts.map(parseTenant);
  const names = new Set(tenants.map(({ name }) => name));
  if (names.size < tenants.length) {
    throw new UserError('E_USAGE', 'two values of --tenant have the same name');
  }
  return tenants;
}

function parseTenant(text: string): TenantSetting {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  const publicUrl = at === -1 ? undefined : parsePublicUrl(text.slice(at + 1));
  if (!isTenantName(name)) {
    throw new UserError('E_USAGE', `invalid name "${name}" for --tenant`, {
      hint: `use 1 to 40 of a-z, 0-9 and "-", and not "${DEFAULT_TENANT}"`,
    });
  }
  if (at !== -1 && publicUrl === undefined) {
    throw new UserError(
      'E_USAGE',
      `invalid value "${text}" for --tenant: expected HTTPS, and an address without a path`,
      { hint: EXAMPLE },
    );
  }
  return { name, ...defined({ publicUrl }) };
}

/**
 * Requires that tenants can be kept apart, and that no token leaves this machine without TLS.
 *
 * @throws UserError `E_USAGE`
 */
export function checkTenants(
  tenants: readonly TenantSetting[],
  host: string,
  publicUrl: URL | undefined,
): void {
  const first = { name: DEFAULT_TENANT, ...defined({ publicUrl }) };
  const shared = findSharedHost(host, [first, ...tenants]);
  if (shared !== undefined) {
    throw new UserError('E_USAGE', `two tenants have the host "${shared}"`, {
      hint: 'give each tenant a host name of its own: browsers send cookies to all ports of a host',
    });
  }
  const plain = tenants.find((one) => one.publicUrl?.protocol !== 'https:');
  if (plain !== undefined && !isLoopbackHost(host)) {
    throw new UserError('E_USAGE', `the tenant "${plain.name}" needs an address with HTTPS`, {
      hint: EXAMPLE,
    });
  }
}

/** Returns the tenant that a command is about. */
export function getTenant({ resolved }: Context): string {
  return resolved.values.tenant ?? DEFAULT_TENANT;
}

/**
 * Returns the place of the store of the tenant that a command is about.
 *
 * @throws UserError `E_USAGE` if the tenant has no directory, unless it may be new
 */
export function findTenantStore<Setting extends StoreSetting>(
  setting: Setting,
  context: Context,
  { isNew = false } = {},
): Setting {
  const tenant = getTenant(context);
  const known = [DEFAULT_TENANT, ...listTenants(setting.folder)];
  if (!known.includes(tenant) && !(isNew && isTenantName(tenant))) {
    throw new UserError('E_USAGE', `unknown tenant "${tenant}": "${setting.folder}" has none`, {
      hint: `known are ${known.join(', ')}; add one: plimsoll serve --tenant NAME=URL`,
    });
  }
  return toTenantStore(setting, tenant);
}

/** Returns the directory with the address of the server of a tenant. */
export function findTenantDirectory(context: Context): string {
  const folder = getServerDirectory(context.resolved.values, context.environment);
  return findTenantStore({ folder }, context).folder;
}
